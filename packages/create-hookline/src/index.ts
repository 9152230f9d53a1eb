export {
  type CreateProjectOptions,
  createProject,
  ProjectError,
  TEMPLATES,
  type Template,
} from './create-project.js';
export { main } from './main.js';
