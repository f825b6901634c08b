import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { slugInWords, slugPattern } from '../../platform/slug.js';
import { webhookBodyBytesMax } from '../../platform/http-server.js';

const secretLengthMax = 512;
const secretInWords = `a text of at most ${secretLengthMax} characters`;
const bodyBytesInWords = `a whole number from 1 to ${webhookBodyBytesMax}`;
const originsInWords = 'a list of at most 50 host names in lower case';

export class ConnectionSettingsDto {
  @IsOptional()
  @IsInt({ message: bodyBytesInWords })
  @Min(1, { message: bodyBytesInWords })
  @Max(webhookBodyBytesMax, { message: bodyBytesInWords })
  max_body_bytes?: number;

  @IsOptional()
  @IsArray({ message: originsInWords })
  @ArrayMaxSize(50, { message: originsInWords })
  @Matches(/^[!-@[-~]{1,253}$/, { each: true, message: originsInWords })
  allowed_origins?: string[];
}

export class CredentialsDto {
  @IsOptional()
  @IsString({ message: secretInWords })
  @MaxLength(secretLengthMax, { message: secretInWords })
  bearer?: string;

  @IsOptional()
  @IsString({ message: secretInWords })
  @MaxLength(secretLengthMax, { message: secretInWords })
  previous_secret?: string;

  /** Up to, and not at, this instant. */
  @IsOptional()
  @IsString({ message: 'an instant with its offset, such as 2026-09-24T00:00:00Z' })
  previous_secret_valid_until?: string;
}

export class ChangeConnectionDto {
  @IsOptional()
  @Matches(slugPattern, { message: slugInWords })
  providerId?: string;

  @IsOptional()
  @IsString({ message: secretInWords })
  @MaxLength(secretLengthMax, { message: secretInWords })
  secret?: string;

  @IsOptional()
  @IsObject({ message: 'an object' })
  @ValidateNested()
  @Type(() => CredentialsDto)
  credentials?: CredentialsDto;

  @IsOptional()
  @IsObject({ message: 'an object' })
  @ValidateNested()
  @Type(() => ConnectionSettingsDto)
  settings?: ConnectionSettingsDto;
}

export class NewConnectionDto extends ChangeConnectionDto {
  @Matches(slugPattern, { message: slugInWords })
  id!: string;

  @IsString({ message: 'the name of a system that has a connector' })
  system!: string;

  @Matches(slugPattern, { message: slugInWords })
  declare providerId: string;
}
