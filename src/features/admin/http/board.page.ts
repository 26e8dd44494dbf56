/** The board's front door: a form, and a script of its own, so that the page needs nothing inline. */
export const LOG_IN_PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flits: queue board</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 22rem; margin: 12vh auto; padding: 0 1rem; color: #1c2330; background: #f6f7f9; }
label { display: block; margin: 0 0 1rem; }
input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid #8791a3; border-radius: 4px; }
button { font: inherit; padding: .5rem 1.25rem; border: 0; border-radius: 4px; background: #20488f; color: #fff; }
p { min-height: 1.5em; color: #a01c1c; }
</style>
<script src="log-in.js" defer></script>
</head>
<body>
<main>
<h1>Queue board</h1>
<form>
<label>Name <input name="name" autocomplete="username" required autofocus></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" required></label>
<button>Sign in</button>
<p role="alert"></p>
</form>
</main>
</body>
</html>
`;

export const LOG_IN_SCRIPT = `const form = document.querySelector('form');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = JSON.stringify(Object.fromEntries(new FormData(form)));
  const answer = await fetch('session', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (answer.ok) return location.replace('/admin/board');
  const problem = await answer.json().catch(() => ({}));
  document.querySelector('[role=alert]').textContent = problem.detail || 'That did not work.';
});
`;
