import { type Row, type Scene } from './row';
import { change, refused } from './rows-changes';
import { NO_BOOKING } from './target';

const host = (): unknown => ({ host: true });
const attendee = ({ stage }: Scene): unknown => ({ attendees: [{ email: stage.me.email, absent: true }] });

/** Marking people absent. None can be marked here: the rows' bookings are all ahead. */
export const ABSENCE_ROWS: readonly Row[] = [
  refused('mark absent before the start', change('moved', 'mark-absent', host), 'E1', 'after their'),
  refused('mark an attendee absent before the start', change('moved', 'mark-absent', attendee), 'E1', 'after their'),
  refused('mark absent at an unknown uid', change(NO_BOOKING, 'mark-absent', host), 'E1', 'not found', 'read', 404),
  refused('mark absent without a key', change('moved', 'mark-absent', host, { key: 'none' }), 'E1', '', 'read', 403),
  refused(
    'mark absent an empty list',
    change('moved', 'mark-absent', () => ({ attendees: [] })),
    'E3',
    'Bad Request',
    'read',
  ),
];
