import { z } from 'zod';
import { validationFailed } from '../http/api-error';
import { type Query } from '../http/call';
import { failuresOf, instantMs, integerText, oneOf, text } from '../http/validation';

const STATUSES = ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'] as const;
export type ListStatus = (typeof STATUSES)[number];

/** A comma list, or the same key several times. */
function list(name: string) {
  return z
    .union([z.string(), z.array(z.string())], { error: `${name} must be an array` })
    .transform((value) => (Array.isArray(value) ? value : value.split(',')).map((entry) => entry.trim()));
}

const idList = (name: string) => list(name).pipe(z.array(integerText(name)));
const statuses = list('status').pipe(z.array(oneOf('status', STATUSES)));
const direction = (name: string) => oneOf(name, ['asc', 'desc']);
/** In a query a plus sign arrives as a space; addresses have no spaces. */
const emailText = text('attendeeEmail').transform((value) => value.replaceAll(' ', '+'));

const filterFields = {
  attendeeEmail: emailText.optional(),
  attendeeName: text('attendeeName').optional(),
  bookingUid: text('bookingUid').optional(),
  eventTypeIds: idList('eventTypeIds').optional(),
  eventTypeId: integerText('eventTypeId').optional(),
  teamsIds: idList('teamsIds').optional(),
  teamId: integerText('teamId').optional(),
  afterStart: instantMs('afterStart').optional(),
  beforeEnd: instantMs('beforeEnd').optional(),
  afterCreatedAt: instantMs('afterCreatedAt').optional(),
  beforeCreatedAt: instantMs('beforeCreatedAt').optional(),
  afterUpdatedAt: instantMs('afterUpdatedAt').optional(),
  beforeUpdatedAt: instantMs('beforeUpdatedAt').optional(),
};

function bounded(name: string, min: number, max: number) {
  return integerText(name).pipe(
    z
      .number()
      .min(min, { error: `${name} must not be less than ${min}` })
      .max(max, { error: `${name} must not be greater than ${max}` }),
  );
}

const pagedQuery = z.object({
  ...filterFields,
  status: statuses.optional(),
  sortStart: direction('sortStart').optional(),
  sortEnd: direction('sortEnd').optional(),
  sortCreated: direction('sortCreated').optional(),
  sortUpdatedAt: direction('sortUpdatedAt').optional(),
  take: bounded('take', 1, 250).default(100),
  skip: bounded('skip', 0, Number.MAX_SAFE_INTEGER).default(0),
});

const cursorQuery = z.object({
  ...filterFields,
  status: oneOf('status', STATUSES).optional(),
  cursor: text('cursor').optional(),
  limit: bounded('limit', 1, 100).default(50),
});

export type PagedQuery = z.output<typeof pagedQuery>;
export type CursorQuery = z.output<typeof cursorQuery>;
export type BookingFilters = Pick<PagedQuery, keyof typeof filterFields>;

function parse<Output>(schema: z.ZodType<Output>, query: Query): Output {
  const parsed = schema.safeParse(query);
  if (!parsed.success) throw validationFailed(failuresOf(parsed.error));
  return parsed.data;
}

/** Unknown keys are ignored. @throws ApiError 400 (E3) */
export const parsePagedQuery = (query: Query): PagedQuery => parse(pagedQuery, query);

/** Unknown keys are ignored. @throws ApiError 400 (E3) */
export const parseCursorQuery = (query: Query): CursorQuery => parse(cursorQuery, query);
