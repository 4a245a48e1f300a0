// The oldest and the newest major of PostgreSQL. Runs on the servers of support/servers.
import { alembic } from '../drivers/alembic.js';
import { diesel } from '../drivers/diesel.js';
import { django } from '../drivers/django.js';
import { drizzle } from '../drivers/drizzle.js';
import { flyway } from '../drivers/flyway.js';
import { goose } from '../drivers/goose.js';
import { prisma7 } from '../drivers/prisma.js';
import { conformOnMajors } from './suite.js';

for (const driver of [prisma7, drizzle, alembic, django, goose, diesel, flyway]) conformOnMajors(driver);
