using System.CommandLine;
using System.CommandLine.Parsing;
using Cluster.Manager.Hosting.Endpoints;

namespace Cluster.Manager.Hosting.Commands;

/// <summary>The options that all verbs of <c>cluster-manager</c> share.</summary>
internal sealed class ManagerCommandLine
{
    private readonly SettingSources sources;
    private readonly List<Option> shared = [];

    private ManagerCommandLine(SettingSources sources)
    {
        this.sources = sources;
        DataDirectory = Text("--data-dir", "DIR", "Directory of the database (SQLite), ca.pem, kek and admin.token.");
        Database = Text("--database", "CONNECTION", "Connection string of PostgreSQL; without it SQLite in the data directory.");
        KeyFile = Text("--kek-file", "FILE", "File with the key-encryption key; without it kek in the data directory.");
        Config = Text("--config", "FILE", "JSON file with options, for example {\"dataDir\": \"/var/lib/cluster-manager\"}.");
        Rest = Address("--rest", "Address of the REST endpoint.", "127.0.0.1:8443");
        Agents = Address("--agents", "Address of the agents' endpoint.", "127.0.0.1:8444");
        Metrics = Address(
            "--metrics", "Address that serves /metrics without a token; without it only the REST endpoint does, with one.", null);
        Names = Text("--names", "NAME,…", "Further names in the REST certificate.");
        Advertise = Text("--advertise", "HOST:PORT,…", "Addresses that agents are told; without it the agents' address.");
        Resolver = Address("--dns", "Resolver for MX records, by IP address; without it those of the host.", null);
        RestCertificate = Text(
            "--rest-cert",
            "FILE",
            "Certificate chain of the REST endpoint (PEM), reloaded while running; without it the control CA issues one.");
        RestKey = Text("--rest-key", "FILE", "Private key of the REST endpoint (PEM).");
    }

    /// <summary>Names of all options.</summary>
    public static IReadOnlySet<string> Known { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "--data-dir", "--database", "--kek-file", "--config", "--rest", "--agents", "--metrics", "--names",
        "--advertise", "--dns", "--rest-cert", "--rest-key",
    };

    private Option<string?> DataDirectory { get; }

    private Option<string?> Database { get; }

    private Option<string?> KeyFile { get; }

    private Option<string?> Config { get; }

    private Option<string?> Rest { get; }

    private Option<string?> Agents { get; }

    private Option<string?> Metrics { get; }

    private Option<string?> Names { get; }

    private Option<string?> Advertise { get; }

    private Option<string?> Resolver { get; }

    private Option<string?> RestCertificate { get; }

    private Option<string?> RestKey { get; }

    /// <summary>Reads where values come from.</summary>
    /// <exception cref="UsageException">The configuration file is wrong.</exception>
    public static ManagerCommandLine Load(string[] args) => new(SettingSources.Load(args, Known));

    /// <summary>Adds the options to a verb and lets it run with what they say.</summary>
    public Command Verb(string name, string description, Func<ManagerOptions, ParseResult, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        foreach (var option in shared) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(Given(result, DataDirectory)))
                result.AddError("--data-dir DIR is missing: it names the directory of the data.");
            if (Given(result, Resolver) is { } resolver
                && EndpointAddress.TryParse(resolver, out var address)
                && address.ToAddress() is null)
                result.AddError($"--dns: '{resolver}' is not ADDRESS:PORT; a resolver is named by its IP address.");
            foreach (var name in Split(Given(result, Names)).Where(n => !ServerNamesOf.IsName(n)))
                result.AddError($"--names: '{name}' is no host name and no IP address as 192.0.2.10 or 2001:db8::10.");
            if (Given(result, RestCertificate) is null != Given(result, RestKey) is null)
                result.AddError("--rest-cert and --rest-key belong together.");
        });
        command.SetAction((parsed, ct) => run(Read(parsed), parsed, ct));
        return command;
    }

    // Validators run before defaults are applied, so what the environment or the file says is looked up here.
    private string? Given(CommandResult result, Option<string?> option) =>
        result.GetResult(option) is { } given ? given.GetValueOrDefault<string?>() : sources.Find(option.Name);

    private ManagerOptions Read(ParseResult parsed) => new()
    {
        DataDirectory = Path.GetFullPath(parsed.GetValue(DataDirectory)!),
        Database = parsed.GetValue(Database),
        KeyEncryptionKeyFile = parsed.GetValue(KeyFile),
        Rest = parsed.GetValue(Rest)!,
        Agents = parsed.GetValue(Agents)!,
        Metrics = parsed.GetValue(Metrics),
        Dns = parsed.GetValue(Resolver),
        Names = Split(parsed.GetValue(Names)),
        Advertise = Split(parsed.GetValue(Advertise)),
        RestCertificateFile = parsed.GetValue(RestCertificate),
        RestKeyFile = parsed.GetValue(RestKey),
    };

    private static string[] Split(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private Option<string?> Text(string name, string value, string description, string? otherwise = null)
    {
        var option = new Option<string?>(name)
        {
            HelpName = value,
            Description = $"{description} [{SettingSources.EnvironmentName(name)}]",
            DefaultValueFactory = _ => sources.Find(name) ?? otherwise,
        };
        shared.Add(option);
        return option;
    }

    private Option<string?> Address(string name, string description, string? otherwise)
    {
        var option = Text(name, "HOST:PORT", description, otherwise);
        option.Validators.Add(result => Check(result, option, name));
        return option;
    }

    private static void Check(OptionResult result, Option<string?> option, string name)
    {
        if (result.GetValue(option) is { } text && !EndpointAddress.TryParse(text, out _))
            result.AddError($"{name}: '{text}' is not HOST:PORT.");
    }
}
