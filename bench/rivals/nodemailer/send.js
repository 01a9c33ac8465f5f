// Sends the same mail to many readers through nodemailer's pool of ten connections.
// node send.js composing|ready PORT READERS MAIL.json; prints the seconds it took.
"use strict";

const fs = require("node:fs");
const nodemailer = require("nodemailer");

const [how, port, readers, file] = process.argv.slice(2);
const mail = JSON.parse(fs.readFileSync(file, "utf8"));
const pool = nodemailer.createTransport({
  pool: true, host: "127.0.0.1", port: Number(port), ignoreTLS: true, maxConnections: 10, maxMessages: Infinity,
});

function composed(number) {
  const link = `${mail.unsubscribe}${number}`;
  return {
    from: mail.sender, to: `reader${number}@example.com`, subject: mail.subject, messageId: `<${number}@example.org>`,
    text: mail.text.replaceAll(mail.marker, link), html: mail.html.replaceAll(mail.marker, link),
    headers: { "List-Unsubscribe": `<${link}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" },
  };
}

function ready(number) {
  return { envelope: { from: mail.bare, to: [`reader${number}@example.com`] }, raw: mail.raw };
}

async function main() {
  const make = how === "composing" ? composed : ready;
  const started = process.hrtime.bigint();
  let next = 0;
  const sender = async () => {
    while (next < Number(readers)) await pool.sendMail(make(next++));
  };
  await Promise.all(Array.from({ length: 20 }, sender)); // more than connections: none waits for us
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  pool.close();
  console.log(JSON.stringify(seconds));
}

main();
