"""Walls as networks put them up, in our own words around the marks they cannot do without."""

from __future__ import annotations

WALLS = {
    "Akamai": "<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>You don't "
    'have permission to access "http&#58;&#47;&#47;ustr&#46;gov&#47;" on this server.<P>'
    "Reference&#32;&#35;18&#46;1a2b3c&#46;17&#46;9</body></html>",
    "Cloudflare": "<html><head><title>Just a moment...</title></head><body>"
    "<script>window._cf_chl_opt={}</script>Wait, please.</body></html>",
    "Imperva": '<html><body><iframe src="/_Incapsula_Resource?x=1">Request unsuccessful. Incapsula '
    "incident ID: 1-2</iframe></body></html>",
    "AWS WAF": '<html><head><title></title></head><body><script src="https://a.token.awswaf.com/c.js">'
    "</script><noscript>Scripts, please.</noscript>One moment.</body></html>",
    "CloudFront": "<html><head><title>ERROR: The request could not be satisfied</title></head><body>"
    "<h1>403 ERROR</h1>Request blocked.</body></html>",
    "Azure Front Door": "<html><body><h2>Our services aren't available right now</h2></body></html>",
    "Fastly": "<html><body>Fastly error: unknown domain.</body></html>",
    "Varnish": "<html><head><title>503 Backend</title></head><body><h3>Guru Meditation:</h3>XID"
    "</body></html>",
    "Sucuri": "<html><head><title>Sucuri WebSite Firewall - Access Denied</title></head><body>No"
    "</body></html>",
    "F5 BIG-IP": "<html><head><title>Request Rejected</title></head><body>The requested URL was "
    "rejected. Please consult with your administrator.<br>Your support ID is: 1</body></html>",
    "HUMAN": '<html><body><div id="px-captcha"></div>Press and hold.</body></html>',
    "DataDome": '<html><body><script src="https://geo.captcha-delivery.com/c.js"></script>Scripts, '
    "please.</body></html>",
    "Drupal": "<html><head><title>Site under maintenance</title></head><body>Soon.</body></html>",
    "not known": "<html><head><title>Pardon Our Interruption</title></head><body>Hm.</body></html>",
}
"""A page by the network whose wall it is."""
