import { escaped, pageOf, scriptData, scriptHelpers } from './look.js';

/** The page on which a passkey is made and proves itself. Challenges as base64url. */
export function enrolPage(page: { token: string; nonce: string; name: string; userId: string; challenges: [string, string] }): string {
  const { nonce, ...data } = page;
  return pageOf({
    title: 'Enrol a passkey',
    nonce,
    main: `<main><h1>Enrol a passkey for ${escaped(page.name)}</h1>
<p>It will approve what lockkeeper runs. Your device asks twice: once to make the passkey, once to try it.</p>
<form id="answer"><div class="buttons"><button class="go" id="enrol">Make a passkey</button></div><p id="says" role="status"></p></form></main>`,
    script: `const data = ${scriptData(data)};${scriptHelpers}
const button = document.getElementById('enrol');
document.getElementById('answer').addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  try {
    const { id, response } = await navigator.credentials.create({ publicKey: {
      challenge: bytes(data.challenges[0]), rp: { id: 'localhost', name: 'lockkeeper' },
      user: { id: bytes(data.userId), name: data.name, displayName: data.name },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' }, attestation: 'none', timeout: 120000 } });
    const made = { id, clientData: text(response.clientDataJSON), authenticatorData: text(response.getAuthenticatorData()), publicKey: text(response.getPublicKey()) };
    const proof = await assertion({ challenge: data.challenges[1], allow: [id] });
    finish(await post('enrol', { made, proof }));
  } catch { say('The device did not make a passkey. Nothing was enrolled.', true); button.disabled = false; }
});`,
  });
}
