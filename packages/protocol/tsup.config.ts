import { preset } from '../../scripts/tsup-preset.ts';

export default preset({
  index: 'src/index.ts',
  signature: 'src/signature/index.ts',
  light: 'src/light.ts',
});
