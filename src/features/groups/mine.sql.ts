/**
 * SQL: the groups of a person ($1). An invitation is worth something only while who gave it is a friend: then it is neither seen
 * nor taken.
 */
export const MINE = `
SELECT g.id, g.name, g.owner_id, g.created_at, m.state, m.invited_by
FROM group_members m JOIN groups g ON g.id = m.group_id
WHERE m.person_id = $1
  AND (m.state = 'member' OR EXISTS (SELECT 1 FROM friendships f WHERE f.person_id = $1 AND f.friend_id = m.invited_by))`;
