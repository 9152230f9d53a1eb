import { preset } from '../../scripts/tsup-preset.ts';

export default preset({
  index: 'src/index.ts',
  fastify: 'src/fastify/index.ts',
  otel: 'src/otel/instrument.ts',
  redis: 'src/redis/redis-nonces.ts',
  testing: 'src/testing/index.ts',
});
