import type { ComponentChildren } from 'preact';
import { showControls } from '../../src/show-controls.js';
import type { Studio } from '../state/studio.js';
import { CallerFields } from './caller-fields.js';
import { Disclosure } from './disclosure.js';
import { TextField } from './fields.js';
import { Icon } from './icons.js';
import { ProbeReport } from './probe-report.js';
import { InputRows, OutputRows } from './variable-rows.js';

/** The form of a call: the action's panel as in Architect, the fields of the integration, and the caller. */
export function DialForm({ studio }: { studio: Studio }) {
  const { form } = studio;
  const faults = form.faults.value;
  const credentials = form.launchCredentials.value;
  return (
    <form
      class="dial-form"
      aria-label="Call"
      onSubmit={(event) => {
        event.preventDefault();
        void studio.dial();
      }}
    >
      <Section title="Call Audio Connector" about="The action, as in Architect">
        <TextField label="Name" name="action-name" value={form.actionName} />
        <TextField
          label="Integration"
          name="integration-name"
          value={form.integrationName}
          fault={faults.name}
        />
        <TextField
          label="Connector ID"
          name="connector-id"
          value={form.connectorId}
          mono
          placeholder="book"
          hint="Appended to the Base Connection URI."
          fault={faults.connectorId}
        />
        <Card
          title="Inputs"
          summary={form.inputs.value.length === 0 ? 'none' : String(form.inputs.value.length)}
          fault={faults.inputs}
        >
          <InputRows inputs={form.inputs} fault={faults.inputs} />
        </Card>
        <Card
          title="Outputs"
          summary={form.allOutputs.value ? 'all' : String(form.outputs.value.length)}
          fault={faults.outputs}
        >
          <OutputRows outputs={form.outputs} all={form.allOutputs} fault={faults.outputs} />
        </Card>
        <Card title="Failure Outputs" summary="2">
          <FailureOutputs studio={studio} />
        </Card>
      </Section>
      <Section title="Integration" about="Audio Connector, as configured by an administrator">
        <TextField
          label="Base Connection URI"
          name="base-uri"
          value={form.baseUri}
          mono
          placeholder="wss://bots.example/v1"
          fault={faults.baseUri}
        />
        <div class="side-by-side">
          <TextField
            label="API key"
            name="api-key"
            value={form.apiKey}
            secret
            mono
            placeholder={credentials.hasApiKey ? 'from the command line' : ''}
            fault={faults.apiKey}
          />
          <TextField
            label="Client secret"
            name="client-secret"
            value={form.clientSecret}
            secret
            mono
            placeholder={credentials.hasClientSecret ? 'from the command line' : ''}
            fault={faults.clientSecret}
          />
        </div>
        {!credentials.hasClientSecret && (
          <p class="hint">The secret is base64. Empty: requests are not signed.</p>
        )}
        <button
          type="button"
          class="button wide"
          data-testid="activate"
          disabled={
            studio.probe.value === 'running' ||
            studio.linkState.value !== 'open' ||
            form.baseUri.value.trim() === ''
          }
          onClick={() => studio.activate()}
        >
          <Icon name="check" />
          {studio.probe.value === 'running' ? 'Activating …' : 'Activate'}
        </button>
        <ProbeReport probe={studio.probe.value} />
      </Section>
      <Section title="Caller" about="The caller who talks to the bot">
        <CallerFields studio={studio} />
      </Section>
    </form>
  );
}

function Section(props: { title: string; about: string; children: ComponentChildren }) {
  return (
    <fieldset class="section">
      <legend>
        <span class="section-title">{props.title}</span>
        <span class="section-about">{props.about}</span>
      </legend>
      {props.children}
    </fieldset>
  );
}

/** A collapsible list of the action, as in Architect. The badge summarizes its content. */
function Card(props: {
  title: string;
  summary: string;
  fault?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <Disclosure
      class="card"
      faults={[props.fault]}
      summary={
        <>
          {props.title} <span class="badge">{props.summary}</span>
        </>
      }
    >
      {props.children}
    </Disclosure>
  );
}

/** The two outputs of the failure path, which the platform defines, with the values of the shown call. */
function FailureOutputs({ studio }: { studio: Studio }) {
  const outcome = studio.shown.value?.outcome.value;
  return (
    <dl class="pairs">
      <dt>errorType</dt>
      <dd>{showControls(outcome?.errorType ?? '–')}</dd>
      <dt>errorMessage</dt>
      <dd>{showControls(outcome?.errorMessage ?? '–')}</dd>
    </dl>
  );
}
