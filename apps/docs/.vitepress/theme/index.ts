// The theme as it is, with the fonts of the system in place of its own.
import DefaultTheme from 'vitepress/theme-without-fonts';
import './site.css';

export default DefaultTheme;
