/**
 * SQL: whether the sender may know when a delivery was opened. A state says it by itself, except `screenshot`: that is told also
 * where one of the two has receipts off, and then it is all that is told.
 * @param delivery alias of a row of `mortal.deliveries`
 */
export function toldOpened(delivery: string): string {
  return `(${delivery}.state IN ('opened', 'replayed') OR ${delivery}.state = 'screenshot'
    AND (SELECT bool_and(p.opened_receipts) FROM people p WHERE p.id IN (${delivery}.recipient_id, ${delivery}.sender_id)))`;
}
