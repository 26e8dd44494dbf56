/**
 * SQL: whether the sender may know when a delivery was opened. A state says it by itself, except `screenshot`: that is told also
 * where one of the two had receipts off, and then it is all that is told.
 * @param delivery alias of a row of `mortal.deliveries`
 */
export function toldOpened(delivery: string): string {
  return `(${delivery}.state IN ('opened', 'replayed') OR ${delivery}.state = 'screenshot' AND ${delivery}.told)`;
}
