// A page without a browser: runs the tag's script, makes the calls on stdin, and prints the requests that it would send.
const { runInNewContext } = require("node:vm");
const { script, file, calls, isStill } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));

const sent = [];
const ignore = () => {};
const page = {
  document: {
    currentScript: { src: `https://c.example/t/${file}?sid=KEY`, dataset: { auto: "off" } },
    referrer: "https://shop.example/",
    title: "Pricing",
    addEventListener: ignore,
  },
  navigator: { onLine: true },
  location: { href: "https://shop.example/pricing?plan=pro", hostname: "shop.example" },
  crypto: { randomUUID: () => "6f1ed002-ab55-4598-9014-ebf0951522d9" },
  sessionStorage: { getItem: () => "s1", setItem: ignore },
  addEventListener: ignore,
  clearTimeout: ignore,
  URLSearchParams,
  Image: class {
    set src(url) {
      sent.push({ method: "GET", url });
    }
  },
};
if (!isStill) {
  page.fetch = (url, { method, body }) => {
    sent.push({ method, url, body });
    return new Promise(ignore);
  };
}
page.window = page;
runInNewContext(script, page);
runInNewContext(calls, page);
process.stdout.write(JSON.stringify(sent));
