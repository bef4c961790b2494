import { type FieldFailure } from './validation';

export interface ErrorContext {
  /** ISO instant with milliseconds. */
  timestamp: string;
  /** The raw URL including its query. */
  path: string;
}

const NEST_NAMES: Record<number, { code: string; error: string }> = {
  400: { code: 'BadRequestException', error: 'Bad Request' },
  401: { code: 'UnauthorizedException', error: 'Unauthorized' },
  403: { code: 'ForbiddenException', error: 'Forbidden' },
  404: { code: 'NotFoundException', error: 'Not Found' },
  409: { code: 'ConflictException', error: 'Conflict' },
  413: { code: 'PayloadTooLargeException', error: 'Payload Too Large' },
  422: { code: 'UnprocessableEntityException', error: 'Unprocessable Entity' },
  500: { code: 'InternalServerErrorException', error: 'Internal Server Error' },
  502: { code: 'BadGatewayException', error: 'Bad Gateway' },
  503: { code: 'ServiceUnavailableException', error: 'Service Unavailable' },
  504: { code: 'GatewayTimeoutException', error: 'Gateway Timeout' },
};

/** An answer that is not a success. It knows its own body, because Cal.com has several error shapes. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    private readonly render: (context: ErrorContext) => unknown,
  ) {
    super(message);
  }

  body(context: ErrorContext): unknown {
    return this.render(context);
  }
}

function envelope(context: ErrorContext, error: Record<string, unknown>): unknown {
  return { status: 'error', timestamp: context.timestamp, path: context.path, error };
}

/** E1: a Nest HTTP exception. */
export function nestError(status: number, message: string): ApiError {
  const name = NEST_NAMES[status] ?? { code: 'HttpException', error: 'Http Exception' };
  return new ApiError(status, message, (context) =>
    envelope(context, { code: name.code, message, details: { message, error: name.error, statusCode: status } }),
  );
}

export const badRequest = (message: string): ApiError => nestError(400, message);
export const unauthorized = (message: string): ApiError => nestError(401, message);
export const forbidden = (message: string): ApiError => nestError(403, message);
export const notFound = (message: string): ApiError => nestError(404, message);
export const unprocessable = (message: string): ApiError => nestError(422, message);

export function throttled(): ApiError {
  const message = 'CustomThrottlerGuard - Too many requests. Please try again later.';
  return new ApiError(429, message, (context) =>
    envelope(context, { code: 'ThrottlerException', message, details: message }),
  );
}

function describeFailures(failures: readonly FieldFailure[]): string {
  return failures
    .map((failure) => {
      const constraints = Object.values(failure.constraints ?? {}).join(', ');
      return `${failure.property} property is wrong,${constraints} ${describeFailures(failure.children)}`;
    })
    .join(', ');
}

/** E2: a hand-written input pipe; everything wrong in one string. */
export const inputRejected = (failures: readonly FieldFailure[]): ApiError => badRequest(describeFailures(failures));

/** E3: the global validation pipe; everything wrong in `details.errors`. */
export function validationFailed(failures: readonly FieldFailure[]): ApiError {
  const message = 'Bad Request Exception';
  return new ApiError(400, message, (context) =>
    envelope(context, { code: 'BadRequestException', message, details: { errors: failures } }),
  );
}

/** E4: the booking engine's own error, without any envelope. */
export const engineError = (status: number, message: string): ApiError =>
  new ApiError(status, message, () => ({ statusCode: status, message }));

/** What production makes of a database error: the violated constraint is not named. */
export const databaseError = (): ApiError => engineError(400, 'An error occurred while querying the database.');

/** E5: anything the server did not catch. */
export const uncaughtError = (): ApiError => engineError(500, 'Internal server error');

/** E6: a tRPC handler's error. */
export const trpcError = (status: number, message: string): ApiError =>
  new ApiError(status, message, (context) => envelope(context, { code: 'TRPCError', message }));

/** E7: a Zod failure inside the engine; `issues` are `path - message` pairs, of which the last stands first. */
export function zodError(issues: readonly { path: string; message: string }[]): ApiError {
  const message = issues
    .map((issue) => `${issue.path} - ${issue.message}, `)
    .reverse()
    .join('');
  return new ApiError(400, message, (context) => envelope(context, { code: 'BAD_REQUEST', message }));
}

export const ERROR_SHAPES = ['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8'] as const;
type ErrorShape = (typeof ERROR_SHAPES)[number];

/** Builds a chosen shape for a fault. E8 is the CDN's page and therefore not an `ApiError`: see `fault-player`. */
export function errorOfShape(shape: Exclude<ErrorShape, 'E8'>, status: number, message: string): ApiError {
  const failure: FieldFailure = { property: 'request', constraints: { fault: message }, children: [] };
  switch (shape) {
    case 'E1':
      return status === 429 ? throttled() : nestError(status, message);
    case 'E2':
      return nestError(status, describeFailures([failure]));
    case 'E3':
      return validationFailed([failure]);
    case 'E4':
      return engineError(status, message);
    case 'E5':
      return uncaughtError();
    case 'E6':
      return trpcError(status, message);
    case 'E7':
      return zodError([{ path: 'request', message }]);
  }
}
