// The page of a pixel: copies its tags, and tries hits by the validator. What comes from outside is shown as text only.
const { key, base, jsonPath, policy, version } = document.querySelector('main').dataset;
const [form, hit, told, results] = ['#try form', '#hit', '#told', '#results'].map((name) => document.querySelector(name));

const OUTCOMES = {
  accepted: 'One row in the log, and it counts.',
  rejected: 'One row in the log with its reason. It counts nowhere.',
  bot: 'One row in the log. A bot’s hit counts nowhere.',
  test: 'One row in the log. Test data counts nowhere.',
};
// What every hit has is told last, or where it says nothing of the hit not at all.
const LAST = ['dialect', 'channel', 'occurred_at', 'visitor_id', 'user_agent'];
const HIDDEN = ['event_id', 'pixel_id', 'workspace_id', 'schema_version', 'received_at', 'reason', 'outcome'];
const SCRIPTS = {
  'callbacks.js': ['kSense', 'ksense', 'Nothing by itself: each kpix(…) of the page'],
  'sendgrid.js': ['SendGrid', 'sendgrid', 'A page view by itself, and each sendgrid call of the page'],
  'pixel.js': ['native', 'e', 'A page view by itself, and each pixelweave call of the page'],
};

const make = (name, text, ...children) => {
  const element = document.createElement(name);
  element.textContent = text;
  element.append(...children);
  return element;
};

const tell = (text) => { told.textContent = text; };

function show(title, outcome, ...children) {
  const head = make('div', '', make('h3', title));
  head.className = 'head';
  if (outcome) {
    const badge = make('span', outcome);
    badge.className = `badge ${Object.hasOwn(OUTCOMES, outcome) ? outcome : ''}`;
    head.prepend(badge);
  }
  const result = make('article', '', head, ...children);
  result.className = 'result';
  results.append(result);
}

function write(value) {
  if (Array.isArray(value)) return value.map((each) => JSON.stringify(each)).join('\n');
  if (value instanceof Object) return Object.entries(value).map(([name, each]) => `${name} = ${write(each)}`).join('\n');
  return String(value);
}

function listColumns(event) {
  const rows = Object.entries(event).filter(([name, value]) => value !== null && !HIDDEN.includes(name));
  rows.sort(([one], [other]) => LAST.indexOf(one) - LAST.indexOf(other));
  return rows.map(([name, value]) => [name, name === 'occurred_at' ? new Date(value).toISOString() : write(value)]);
}

// A table, none without rows; the first cell of a row is its heading.
function list(caption, heads, rows) {
  if (!rows.length) return [];
  const heading = (scope) => (text) => Object.assign(make('th', text), { scope });
  const body = rows.map(([first, ...rest]) => make('tr', '', heading('row')(first), ...rest.map((text) => make('td', text))));
  const head = make('thead', '', make('tr', '', ...heads.map(heading('col'))));
  return [make('table', '', make('caption', caption), head, make('tbody', '', ...body))];
}

function showFinding(title, notes, { outcome, reason, event, identify, problems }) {
  show(
    title,
    outcome,
    make('p', `${OUTCOMES[outcome] ?? ''}${reason ? ` Reason: ${reason}.` : ''}`),
    ...notes.map((note) => make('p', note)),
    ...list('Problems', ['Parameter', 'What was expected', 'Effect'], problems.map((each) =>
      [each.parameter || 'the whole hit', each.expected, `${each.rejects ? 'rejects the hit' : 'is left out'}: ${each.reason}`])),
    ...list('The row', ['Column', 'Value'], listColumns(event)),
    ...list('Who it is (kept apart from the row)', ['Identifier', 'Value'], [
      ...identify.identifiers.map(({ type, value }) => [type, write(value)]),
      ...Object.entries(identify.traits).map(([name, value]) => [`trait ${name}`, write(value)]),
    ]),
    make('details', '', make('summary', 'Raw JSON'), make('pre', JSON.stringify({ outcome, reason, event, identify, problems }, null, 2))),
  );
  return outcome;
}

// Our script is not sent but explained: what a page makes of it is up to the page's calls.
function explain(url, attributes) {
  const [name, path, what] = SCRIPTS[url.pathname.split('/').pop()];
  const sid = attributes?.['data-key'] ?? url.searchParams.get('sid');
  const pinned = /^\/t\/([0-9a-f]{16})\//.exec(url.pathname)?.[1];
  const said = attributes && (attributes['data-consent'] ?? 'signals');
  const notes = [
    `${what}, goes to /${path}/${sid} as JSON: what the call says, and url, title, referrer, time_zone, occurred_at, message_id, session_id and consent.`,
    'To try one, paste its JSON here, from the browser’s network panel.',
  ];
  if (sid !== key) notes.push(`Its key is ${sid}; this pixel’s is ${key}.`);
  if (said && said !== policy) notes.push(`Its data-consent is ${said}; this pixel’s policy is ${policy}.`);
  if (pinned && pinned !== version) notes.push(`It is pinned to version ${pinned}; this collector serves ${version}.`);
  show(`The ${name} script: not sent, but explained`, '', ...notes.map((note) => make('p', note)));
}

// An address as what to try, a text where that cannot be done.
function readAddress(text, attributes) {
  const bare = text.trim();
  // Without its scheme, a host would pass for a path.
  const whole = /^[\w-]+(\.[\w-]+)+(:\d+)?\//.test(bare) ? `https://${bare}` : bare;
  const url = URL.canParse(whole, location.origin) && new URL(whole, location.origin);
  if (!/^https?:$/.test(url.protocol)) return `No address of http or https: ${bare.slice(0, 100)}`;
  if (/^\/t\/([0-9a-f]{16}\/)?(callbacks|sendgrid|pixel)\.js$/.test(url.pathname)) return { script: url, attributes };
  const path = url.pathname.replace(/^\/debug(?=\/)/, '');
  const notes = [];
  if (url.origin !== location.origin)
    notes.push(`Only path and query were taken from this address: it is ${url.host}’s, and was tried at ${location.host}.`);
  if (!path.split('/').includes(key)) notes.push(`This pixel’s key, ${key}, is not in the address.`);
  return { path: path + url.search, notes };
}

// The images and scripts of a text. A parser of the browser's would report each style and handler that the page's policy forbids.
function* listElements(text) {
  for (const [, , content] of text.matchAll(/<(img|amp-pixel|script)\b((?:[^>"']|"[^"]*"|'[^']*')*)>/gi)) {
    const found = content.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/g);
    yield Object.fromEntries([...found].map(([, name, ...values]) => [name.toLowerCase(), decode(values.join(''))]));
  }
}

const decode = (text) => text.replace(/&(?:(amp|#38|#x26)|quot|#39);/gi, (mark, and) => (and ? '&' : mark === '&#39;' ? "'" : '"'));

// What a pasted text asks to be tried, in its order.
function read(text) {
  if (/^[[{]/.test(text)) return [{ path: jsonPath, body: text, notes: [] }];
  const elements = /^(https?:)?\//i.test(text) ? [] : [...listElements(text)];
  if (!elements.length) return [readAddress(decode(text))];
  const found = elements.filter(({ src }) => src).map((each) => readAddress(each.src, each));
  if (elements.length > found.length)
    found.push('A script or image without an address is not run here. What it asks for is in the browser’s network panel: paste that.');
  return found;
}

async function ask({ path, body, notes }, title) {
  let answer;
  try {
    answer = await fetch(`/debug${path}`, { method: body === undefined ? 'GET' : 'POST', body, credentials: 'omit', cache: 'no-store' });
  } catch {
    show(title, 'no answer', make('p', 'The collector could not be reached. Try again.'));
    return 'no answer';
  }
  const isFound = answer.ok && /json/.test(answer.headers.get('Content-Type'));
  if (!isFound) {
    const reason = answer.ok || answer.status === 404
      ? 'No such path, or no such key: the image does not load, and nothing is in the log.'
      : `The collector answered ${answer.status}${answer.status === 503 ? ': it cannot tell now, try again' : ''}.`;
    show(title, String(answer.ok ? 404 : answer.status), make('p', reason), ...notes.map((note) => make('p', note)));
    return 'not a hit';
  }
  const finding = await answer.json();
  const hits = finding.hits ?? [finding];
  const outcomes = hits.map((each, place) =>
    showFinding(hits.length > 1 ? `${title}, hit ${place + 1} of ${hits.length}` : title, notes, each));
  if (finding.left_out) show(`${finding.left_out} more hits are left out of this long an answer`, '');
  return outcomes;
}

async function tryHits() {
  const text = hit.value.trim();
  results.replaceChildren();
  if (!text) return tell('There is nothing to try yet.');
  tell('Asking the validator …');
  const outcomes = [];
  for (const each of read(text)) {
    if (typeof each === 'string') show('Not tried', '', make('p', each));
    else if (each.script) explain(each.script, each.attributes);
    else outcomes.push(await ask(each, `${each.body === undefined ? 'GET' : 'POST'} ${each.path.split('?')[0]}`));
  }
  tell(outcomes.length ? `Tried, and nothing was stored: ${outcomes.flat().join(', ')}.` : 'Nothing was sent.');
}

const ACTIONS = {
  async copy(text, button, pre) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without the right to write there, it is the reader's to press Ctrl+C.
      getSelection().selectAllChildren(pre);
      button.textContent = 'Selected';
      return;
    }
    for (const each of document.querySelectorAll('[data-do=copy]')) each.textContent = 'Copy';
    button.textContent = 'Copied';
  },
  save(text) {
    const link = make('a', '');
    link.download = 'pixelweave.tpl';
    link.href = URL.createObjectURL(new Blob([text]));
    link.click();
    URL.revokeObjectURL(link.href);
  },
  try(text) {
    hit.value = text;
    form.scrollIntoView();
    hit.focus();
    return tryHits();
  },
};

// Behind CloudFront the collector does not see the host that the browser asked for.
if (base !== location.origin) {
  for (const pre of document.querySelectorAll('pre')) pre.textContent = pre.textContent.replaceAll(base, () => location.origin);
}
for (const button of document.querySelectorAll('[data-do]')) {
  const pre = document.getElementById(button.dataset.part);
  button.hidden = false;
  button.addEventListener('click', () => ACTIONS[button.dataset.do](pre.textContent, button, pre));
}
form.hidden = false;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  tryHits();
});
hit.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});
