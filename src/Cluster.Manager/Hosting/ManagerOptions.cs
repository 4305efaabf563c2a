namespace Cluster.Manager.Hosting;

/// <summary>
/// What a manager is started with; every member is also an option of the command line, of the environment and of the
/// configuration file.
/// </summary>
internal sealed record ManagerOptions
{
    /// <summary>Directory of the database (SQLite), ca.pem, kek and admin.token.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Address of the REST endpoint, HOST:PORT.</summary>
    public string Rest { get; init; } = "127.0.0.1:8443";

    /// <summary>Address of the agents' endpoint, HOST:PORT.</summary>
    public string Agents { get; init; } = "127.0.0.1:8444";

    /// <summary>Further names in the REST certificate.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Addresses that agents connect to, HOST:PORT; empty = the agents' address.</summary>
    public IReadOnlyList<string> Advertise { get; init; } = [];

    /// <summary>Certificate chain of the REST endpoint, PEM; null = issued by the control CA.</summary>
    public string? RestCertificateFile { get; init; }

    /// <summary>Private key of the REST endpoint, PEM; null = issued by the control CA.</summary>
    public string? RestKeyFile { get; init; }

    /// <summary>Connection string of PostgreSQL; null = SQLite in the data directory.</summary>
    public string? Database { get; init; }

    /// <summary>File with the key-encryption key; null = kek in the data directory.</summary>
    public string? KeyEncryptionKeyFile { get; init; }

    /// <summary>Address of an endpoint that serves /metrics without a token, HOST:PORT; null = only the REST endpoint, with one.</summary>
    public string? Metrics { get; init; }

    /// <summary>Resolver for MX records, ADDRESS:PORT; null = those that the host's own configuration names.</summary>
    public string? Dns { get; init; }

    /// <summary>Requests that one token may send a second, sustained.</summary>
    public int RequestsPerSecond { get; init; } = 200;

    /// <summary>Requests that one token may send at once.</summary>
    public int RequestBurst { get; init; } = 2000;

    /// <summary>The addresses that agents are told.</summary>
    public IReadOnlyList<string> AdvertisedAddresses => Advertise.Count > 0 ? Advertise : [Agents];

    /// <summary>Path of a file in the data directory.</summary>
    public string PathOf(string file) => Path.Combine(DataDirectory, file);
}
