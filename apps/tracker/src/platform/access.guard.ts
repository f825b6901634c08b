import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type AccessToken, AccessTokens, type Scope } from './access-tokens.js';
import { Problem } from './problem.js';

const accessKey = 'access';

/**
 * Who may call a handler or all of a controller: holders of a token with this scope, or `anyone` where the handler
 * lets in by its own means. A handler that says nothing is for administrators.
 */
export const Access = (scope: Scope | 'anyone') => SetMetadata(accessKey, scope);

type AuthenticatedRequest = FastifyRequest & { accessToken?: AccessToken };

/** The actor that events name: `token:` and the id of the request's token. */
export const Actor = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { accessToken } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (accessToken === undefined) throw new Error('@Actor() stands on a handler that lets in anyone: give it a scope');
  return `token:${accessToken.id}`;
});

@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: AccessTokens,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const wanted =
      this.reflector.getAllAndOverride<Scope | 'anyone' | undefined>(accessKey, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'admin';
    if (wanted === 'anyone') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const bearer = bearerOf(request.headers.authorization);
    if (bearer === undefined)
      throw unauthorised('Send a token: `Authorization: Bearer <token>`.', 'Bearer realm="tracker"');
    const token = await this.tokens.find(bearer);
    if (token === undefined)
      throw unauthorised('The token is not known here.', 'Bearer realm="tracker", error="invalid_token"');
    if (!token.scopes.includes(wanted) && !token.scopes.includes('admin')) throw forbidden(wanted);
    request.accessToken = token;
    return true;
  }
}

function bearerOf(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1];
}

function unauthorised(detail: string, challenge: string): Problem {
  return new Problem({
    code: 'unauthorised',
    status: 401,
    title: 'A valid bearer token is needed',
    detail,
    headers: { 'www-authenticate': challenge },
  });
}

function forbidden(scope: Scope): Problem {
  return new Problem({
    code: 'forbidden',
    status: 403,
    title: 'The token may not do this',
    detail: `Use a token with the scope ${scope}.`,
    headers: { 'www-authenticate': `Bearer realm="tracker", error="insufficient_scope", scope="${scope}"` },
  });
}
