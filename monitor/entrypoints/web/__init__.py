"""The web pages and the API, on FastAPI and Jinja2."""
