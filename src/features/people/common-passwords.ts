import { commonPasswords } from './common-passwords.list.js';

/**
 * Whether a password is among those that guessing starts with (R42): the 3,000 most common ones, and what rules find beyond
 * them: a common word (perhaps in `p4ssw0rd` spelling) with a few digits behind it, a walk over the keyboard, a sequence,
 * something repeated, or digits alone. By rules, passwords of more than 16 characters are never refused.
 */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase();
  if (commonPasswords.has(lower)) return true;
  if (password.length > MAX_COMMON) return false;
  if (/^[0-9]+$/.test(lower) && lower.length <= MAX_DIGITS) return true;
  if (isRepeated(lower) || isWalk(lower)) return true;
  return [lower, unleet(lower)].some((spelt) => {
    const stem = spelt.replace(/^[0-9]{1,4}/, '').replace(/[0-9]{0,6}[!.?@#$*]{0,2}$/, '');
    const whole = spelt.replace(/[0-9!.?@#$*]+$/, '');
    return [spelt, stem, whole].some(
      (candidate) => words.has(candidate) || isTwoWords(candidate) || (candidate.length >= 4 && isWalk(candidate)),
    );
  });
}

const MAX_COMMON = 16;
const MAX_DIGITS = 10;

const words = new Set(
  `password passwort passw0rd passwd pass wachtwoord motdepasse contrasena senha parola heslo haslo parool lozinka salasana
  qwerty qwertz azerty qazwsx qweasd asdf asdfgh zxcvbn zxcvbnm qwer abcd abc abcdef iloveyou ilove iloveu loveyou love loveme lovely
  admin administrator root user guest test testing tester demo default changeme letmein welcome login access master secret private
  hello goodbye computer internet server system windows microsoft google facebook samsung iphone android apple nokia sony dell
  dragon monkey tiger lion eagle falcon wolf bear horse dolphin butterfly kitty kitten puppy doggy chicken penguin panther spider
  football baseball basketball soccer hockey tennis golf softball volleyball liverpool arsenal chelsea barcelona juventus yankees
  cowboys steelers lakers eagles raiders patriots packers redsox rangers
  superman batman spiderman starwars startrek pokemon pikachu naruto minecraft mario zelda matrix hellokitty mickey mustang corvette
  ferrari porsche mercedes toyota honda yamaha suzuki harley camaro ford chevy
  princess angel angels baby babygirl sunshine flower summer winter spring autumn freedom forever friend friends family mother father
  mommy daddy sister brother sweet sweety honey sugar cookie chocolate banana orange cherry coffee cheese pepper ginger peanut
  michael jennifer jessica ashley daniel matthew joshua andrew nicole anthony robert thomas charlie jordan george william richard
  michelle samantha elizabeth victoria amanda melissa stephanie alexander christian benjamin nicholas patrick maria martin david
  london england america canada australia mexico brazil france germany russia nigeria
  shadow hunter killer ninja pirate warrior soldier ranger knight wizard maverick phoenix thunder lightning diamond silver golden
  trustno whatever nothing anything something everything jesus jesuschrist christ blessed heaven church god bitch fuck fuckyou
  fuckoff asshole pussy sexy sexsex money cash business music guitar metallica eminem slipknot nirvana blink
  secure security passphrase mypassword yourpassword newpassword mypass letme open sesame unlock keyboard monitor mouse
  january february march april june july august september october november december monday tuesday wednesday thursday friday
  saturday sunday flits snap snapchat whatsapp instagram telegram`.split(/\s+/),
);

const rows = [
  '`1234567890-=',
  'qwertyuiop[]',
  'asdfghjkl;',
  'zxcvbnm,./',
  'qwertzuiop',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
  'abcdefghijklmnopqrstuvwxyz',
];
// Down the columns, left to right.
const columns = '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/';
const pairs = '1q2w3e4r5t6y7u8i9o0p';
const walks = [...rows, columns, pairs, 'q1w2e3r4t5y6u7i8o9p0', 'qazwsxedcrfvtgbyhnujm', 'zaqxswcdevfrbgt'].flatMap((row) => [
  row + row,
  reversed(row) + reversed(row),
]);

/** Pieces of keyboard rows and of the alphabet, each of three keys or more: `qwertyasdfgh`, `abcd1234`. */
function isWalk(password: string): boolean {
  if (password === '') return true;
  for (let length = password.length; length >= 3; length -= 1) {
    const piece = password.slice(0, length);
    if (walks.some((walk) => walk.includes(piece))) return isWalk(password.slice(length));
  }
  return false;
}

/** One piece of up to four characters, over and over: `aaaaaaaa`, `abcabcabc`. */
function isRepeated(password: string): boolean {
  return /^(.{1,4}?)\1+$/su.test(password);
}

function isTwoWords(candidate: string): boolean {
  for (let at = 3; at <= candidate.length - 3; at += 1) {
    if (words.has(candidate.slice(0, at)) && candidate.slice(0, at) === candidate.slice(at)) return true;
  }
  return false;
}

const leet: Record<string, string> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

/** The spelling that hides letters behind look-alikes; digits at the end stay what they are. */
function unleet(password: string): string {
  const tail = /[0-9!.?@#$*]*$/.exec(password)?.[0] ?? '';
  const head = password.slice(0, password.length - tail.length);
  return head.replace(/[0-9@$!]/g, (character) => leet[character] ?? character) + tail;
}

function reversed(text: string): string {
  return [...text].reverse().join('');
}
