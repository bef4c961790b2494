/** Every entity, listed for TypeORM. */
export const entities: (new () => object)[] = [];
