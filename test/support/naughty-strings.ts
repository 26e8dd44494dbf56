/** What has broken other people's software: each kind once or twice, chosen for what stands behind our routes. */
export const naughtyStrings: readonly string[] = [
  // SQL, and what ORMs and JSON columns make of operators.
  "' OR 1=1 --",
  "'; DROP TABLE people; --",
  "1'::uuid; SELECT pg_sleep(5); --",
  '\\x27 UNION SELECT password_hash FROM people --',
  '$1',
  '{"$gt":""}',
  '%',
  '_%_%',
  // Shells, templates, expressions, formats.
  '$(sleep 5)',
  '`id`; cat /etc/passwd |',
  '${jndi:ldap://127.0.0.1/a}',
  '{{7*7}}<%= 7*7 %>#{7*7}',
  '%s%n%x%d',
  // Headers and lines.
  'a\r\nSet-Cookie: admin=1\r\n\r\n<html>',
  'two\nlines\u2028and\u2029more',
  // Paths and addresses.
  '../../../../etc/passwd',
  '..%2f..%2f%00',
  'file:///etc/passwd',
  'C:\\con\\aux.txt',
  // Markup.
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  // Names that objects have by themselves.
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  // Words that are values elsewhere.
  'null',
  'undefined',
  'NaN',
  '-Infinity',
  'true',
  '-1',
  '9007199254740993',
  '1e309',
  '0x7fffffff',
  '00000000-0000-0000-0000-000000000000',
  // Unicode.
  '\0',
  'a\0b',
  '\ud800',
  '\udc00 alone',
  '\ufeffbom',
  '\uffff',
  '\u202egnp.exe',
  '\u200b\u200d\u2060',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘',
  '👩‍👩‍👧‍👦🏳️‍🌈🇳🇱',
  'ﷺ'.repeat(20),
  'ﬀＡ①㎏',
  // Nothing, and too much.
  '',
  ' ',
  'x'.repeat(5000),
  '(((((((((('.repeat(200),
];

/** A few that stand for the rest, where every place is tried by itself. */
export const naughtiest: readonly string[] = ["'; DROP TABLE people; --", 'a\0b', '\ud800', '__proto__', 'x'.repeat(5000), ''];
