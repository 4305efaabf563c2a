using Cluster.Agent.Drivers.Postfix.Files;
using Cluster.Agent.Drivers.Postfix.Rendering;
using Cluster.Agent.Drivers.Postfix.Routes;
using Cluster.Agent.Drivers.Refusals;
using Cluster.Contracts.Settings;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Makes rows of destination controls for a host with given routes.</summary>
public abstract class PolicyRowsCase
{
    private protected List<PartProblem> Problems { get; } = [];
    private protected List<string> Administrator { get; } = [];
    private protected string? AdministratorsLevel { get; set; } = "none";

    private protected static DestinationControl Control(DestinationTls tls, params string[] match) =>
        new() { Tls = tls, Match = match.Length > 0 ? match : null };

    private protected static Routing Routes(params (string Key, string Hop)[] routes) =>
        Host with { Routes = routes.ToDictionary(r => r.Key, r => Route.Parse("smtp:" + r.Hop, "transport_maps")) };

    private protected static Routing Host { get; } = new()
    {
        Transports = new Dictionary<string, MailTransport> { ["smtp"] = Transport("smtp"), ["relay"] = Transport("relay") },
    };

    private protected static MailTransport Transport(string name, params (string Name, string Value)[] options) =>
        new(name, TransportKind.Smtp, options.ToDictionary(o => o.Name, o => o.Value));

    private protected PolicyRows Make(Routing routing, params (string Domain, DestinationControl Control)[] controls) =>
        PolicyRows.Make(controls.ToDictionary(c => c.Domain, c => c.Control), routing, MainCf.Parse(Main()), Problems);

    // A level that refers to something else cannot be told.
    private string Main() => $"smtp_tls_security_level = {AdministratorsLevel ?? "$other"}\n{string.Join('\n', Administrator)}\n";
}
