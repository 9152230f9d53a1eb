/** An error response of the bridge. Its message is for display. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Client of the bridge's HTTP API, for files and data too large for the socket. Paths are those of `messages.ts`. */
export class Api {
  readonly #authorization: string;

  constructor(token: string) {
    this.#authorization = `Bearer ${token}`;
  }

  /** GETs JSON of the type that the contract names for the path. @throws ApiError */
  async get<T>(path: string): Promise<T> {
    return this.#json<T>(await this.#request(path, {}));
  }

  /** @throws ApiError */
  async post<T>(path: string, body?: Blob): Promise<T> {
    return this.#json<T>(await this.#request(path, { method: 'POST', ...(body && { body }) }));
  }

  /** GETs a file. @throws ApiError */
  async file(path: string): Promise<Blob> {
    return (await this.#request(path, {})).blob();
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(path, { ...init, headers: { authorization: this.#authorization } });
    if (response.ok) return response;
    throw new ApiError(response.status, await refusalOf(response));
  }

  async #json<T>(response: Response): Promise<T> {
    const json: T = await response.json();
    return json;
  }
}

async function refusalOf(response: Response): Promise<string> {
  try {
    const { error }: { error: { message: string } } = await response.json();
    return error.message;
  } catch {
    return `The bridge answered with HTTP ${response.status}.`;
  }
}

export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Saves a file through the browser's download. */
export function saveFile(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the file after this function has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
