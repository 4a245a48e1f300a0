/** Frame and look of the local pages. Everything is inline: the page loads nothing. */

/** Text as HTML text. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style = `
:root { color-scheme: light dark; --ink: #1a1d21; --soft: #565d66; --paper: #fff; --panel: #f4f5f7; --line: #d5d9de; --bad: #a3130b; --badPaper: #fdecea; --warn: #7a4b00; --go: #0b57d0; --goInk: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a8b0b9; --paper: #16181b; --panel: #212428; --line: #3b4046; --bad: #ffb4ab; --badPaper: #46130e; --warn: #ffcf7d; --go: #a8c7fa; --goInk: #062e6f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .35rem 0; } .soft { color: var(--soft); overflow-wrap: anywhere; }
.class { display: inline-block; padding: .1rem .6rem; border-radius: 1rem; background: var(--panel); border: 1px solid var(--line); font-weight: 600; }
.production { background: var(--bad); color: var(--paper); border-color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem; margin: .4rem 0 .2rem; white-space: pre-wrap; overflow-wrap: anywhere; font: 14px/1.45 ui-monospace, monospace; }
ul { margin: 0; padding-left: 1.2rem; } li { overflow-wrap: anywhere; }
.lost { background: var(--badPaper); color: var(--bad); border-left: .3rem solid var(--bad); padding: .6rem .9rem; border-radius: .3rem; } .lost h2 { margin-top: 0; }
.warn { color: var(--warn); }
.answer { position: sticky; bottom: 0; background: var(--paper); border-top: 1px solid var(--line); box-shadow: 0 -4px 16px #0003; }
.answer form { max-width: 56rem; margin: 0 auto; padding: .8rem 1rem; }
label { display: block; margin-bottom: .5rem; } input { font: inherit; width: 100%; max-width: 24rem; padding: .45rem .6rem; border: 1px solid var(--soft); border-radius: .35rem; background: var(--paper); color: var(--ink); display: block; margin-top: .2rem; }
.buttons { display: flex; flex-wrap: wrap; gap: .6rem; margin-top: .5rem; }
button { font: inherit; font-weight: 600; padding: .5rem 1.1rem; border-radius: .4rem; border: 1px solid var(--soft); background: var(--paper); color: var(--ink); cursor: pointer; }
button.go { background: var(--go); border-color: var(--go); color: var(--goInk); } button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
#says { min-height: 1.5rem; font-weight: 600; margin: .4rem 0 0; } #says.bad { color: var(--bad); }
@media (max-width: 34rem), (max-height: 34rem) { .answer { position: static; box-shadow: none; } }
`;

/** A whole page. `main` and `script` are HTML and code of ours, never of a file or a database. */
export function pageOf(parts: { title: string; main: string; nonce: string; script?: string }): string {
  const script = parts.script === undefined ? '' : `<script nonce="${parts.nonce}">${parts.script}</script>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(parts.title)} · lockkeeper</title><style nonce="${parts.nonce}">${style}</style></head>
<body>${parts.main}${script}</body></html>`;
}

/** A page that only says something. */
export function closedPage(nonce: string, heading: string, says: string): string {
  return pageOf({ title: heading, nonce, main: `<main><h1>${escaped(heading)}</h1><p>${escaped(says)}</p></main>` });
}

/** Data for a script of the page: as JSON that cannot end the script. */
export function scriptData(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What both scripts need: bytes to and from base64url, posting, and saying how it went. */
export const scriptHelpers = `
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
const says = document.getElementById('says');
const say = (what, bad) => { says.textContent = what; says.className = bad ? 'bad' : ''; };
const post = async (action, body) => {
  const answer = await fetch(location.pathname + '/' + action, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, token: data.token }) });
  try { return await answer.json(); } catch { return { ok: false, done: false, says: 'The page no longer answers. Nothing was approved.' }; }
};
const assertion = async (publicKey) => {
  const { response, id } = await navigator.credentials.get({ publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: publicKey.allow.map((each) => ({ type: 'public-key', id: bytes(each) })), userVerification: 'required', rpId: 'localhost', timeout: 120000 } });
  return { credential: id, clientData: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature) };
};
const finish = (result) => { say(result.says, !result.ok); if (result.done) document.querySelectorAll('button, input').forEach((each) => { each.disabled = true; }); };
`;
