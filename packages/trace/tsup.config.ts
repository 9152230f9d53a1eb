import { preset } from '../../scripts/tsup-preset.ts';

export default preset({
  index: 'src/index.ts',
  node: 'src/node/index.ts',
  ladder: 'src/ladder/index.ts',
});
