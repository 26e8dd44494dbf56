import type { z } from 'zod';
import { answerUser } from '../../people/index.js';
import type { GroupView } from '../groups.service.js';
import type { groupAnswer } from './groups.dto.js';

export function answerGroup({ group, invitedBy, members }: GroupView): z.infer<typeof groupAnswer> {
  return {
    id: group.id,
    name: group.name,
    owner_id: group.owner_id,
    created_at: group.created_at.toISOString(),
    state: group.state,
    ...(invitedBy && { invited_by: answerUser(invitedBy) }),
    ...(members && { members: members.map(({ person, state }) => ({ user: answerUser(person), state })) }),
  };
}
