// How the pages of the studio's editors ask the server, as the page's own person.
export const file = JSON.parse(document.getElementById('editor-file').textContent);
export const words = JSON.parse(document.getElementById('editor-words').textContent);

// The answer's JSON, or an Error with `status` and `mend`. With `leaving` it is sent even though
// the page is being closed.
export async function ask(address, body, { leaving = false } = {}) {
  try {
    return await send(address, body, leaving);
  } catch (error) {
    // Signed out and in again elsewhere: the page's token is another one now.
    if (error.status === 400 && !leaving && await renewToken()) return send(address, body, leaving);
    throw error;
  }
}

async function send(address, body, keepalive) {
  const response = await fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json', 'X-CSRFToken': file.token },
    body: body === undefined ? undefined : JSON.stringify(body),
    keepalive,
  }).catch(() => { throw Object.assign(new Error(words.failed), { status: 0, mend: '' }); });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || response.redirected) {
    throw Object.assign(new Error(answer.sentence || words.failed), {
      status: response.redirected ? 400 : response.status, mend: answer.mend || '',
    });
  }
  return answer;
}

async function renewToken() {
  const page = await fetch(window.location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
  if (!page || !page.ok) return false;
  const tree = new DOMParser().parseFromString(await page.text(), 'text/html');
  const found = tree.getElementById('editor-file');
  if (!found) return false;
  file.token = JSON.parse(found.textContent).token;
  return true;
}
