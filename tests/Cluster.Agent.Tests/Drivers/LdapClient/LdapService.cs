using System.Text.Json;
using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.LdapClient;
using Cluster.Agent.Drivers.Processes;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Ldap;
using Cluster.Testing.Processes;
using Cluster.Verification.Tls;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>A user of this host with a home of its own, and a private LDAP server that demands a certificate.</summary>
internal sealed class LdapService : IAsyncDisposable
{
    public const string User = "nobody";

    private const UnixFileMode Searchable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Readable = Searchable | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly TestDirectory directory;

    private LdapService(TestDirectory directory, string? path)
    {
        this.directory = directory;
        Path = path ?? directory.Path;
        File.SetUnixFileMode(Path, Searchable);
        Home = System.IO.Path.Combine(Path, "home");
        Directory.CreateDirectory(Home);
        File.SetUnixFileMode(Home, Readable);
        Options = $$"""
            "users":[{"name":"{{User}}","home":"{{Home}}"}]
            """;
    }

    public Parts Parts { get; } = new();

    public SlapdInstance Server { get; private set; } = null!;

    public string Path { get; }

    public string Home { get; }

    public string RcFile => System.IO.Path.Combine(Home, ".ldaprc");

    /// <summary>Further members of the entry in the host's own file, as JSON.</summary>
    public string Options { get; set; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static ServicePart Nothing => ServicePart.Empty(LdapClientDriver.DriverName);

    public static async Task<LdapService> StartAsync(string verifyClient = "demand", string? path = null)
    {
        Assert.SkipUnless(SlapdInstance.IsInstalled, "slapd and ldap-utils are needed");
        var service = new LdapService(new TestDirectory("ldap-client"), path);
        service.Server = await SlapdInstance.StartAsync(service.Parts.Ca, service.Parts.Ca, verifyClient);
        service.Options += $",\"servers\":[\"{service.Server.Url}\"]";
        return service;
    }

    /// <summary>Runs the driver's programs; absent = nothing comes between.</summary>
    public IProcessRunner? Runner { get; set; }

    public IServiceDriver NewDriver()
    {
        var json = JsonDocument.Parse($"{{\"configDirectory\":\"{Path}\",{Options}}}").RootElement;
        DriverCatalog.Find(LdapClientDriver.DriverName)!.CheckOptions(json).ShouldBeEmpty();
        var options = json.Deserialize(LdapClientOptionsJson.Default.LdapClientOptions)!;
        var service = new LocalService { Name = "ldap", Driver = LdapClientDriver.DriverName };
        return new LdapClientDriver(new DriverContext(service, Path, TimeProvider.System, NullLogger.Instance), options, Runner);
    }

    public ServicePart With(ServicePart part, string name, PartCertificate certificate) =>
        part.With(new LdapSettings { ClientCertificate = name, TrustedAuthorities = ["lab"] })
            .With("lab", new TrustedAuthority { Certificates = Parts.Ca.Root.ToPem() }) with
        {
            Certificates = new Dictionary<string, PartCertificate> { [name] = certificate },
        };

    public ServicePart Settings() => With(Nothing, "ldap-cert", Parts.Certificate("gw1.example.test"));

    public async Task<(StagedService Staged, ServiceProof Proof)> ApplyAsync(ServicePart part)
    {
        var staged = await NewDriver().StageAsync(part, Parts, Cancellation);
        staged.Failure.ShouldBeNull();
        if (staged.Value!.Changed) (await NewDriver().SwitchAsync(staged.Value.Token, Cancellation)).ShouldBeNull();
        var proof = await NewDriver().ProveAsync(part, Cancellation);
        proof.Failure.ShouldBeNull();
        await NewDriver().CompleteAsync(staged.Value.Token, Cancellation);
        return (staged.Value, proof.Value!);
    }

    public async Task UnmanageAsync()
    {
        var staged = (await NewDriver().StageUnmanageAsync(null, Cancellation)).Value!;
        (await NewDriver().SwitchAsync(staged.Token, Cancellation)).ShouldBeNull();
        (await NewDriver().ProveAsync(Nothing, Cancellation)).Failure.ShouldBeNull();
        await NewDriver().CompleteAsync(staged.Token, Cancellation);
    }

    /// <summary>What the user's programs offer to a server.</summary>
    public async Task<ClientHelloSeen> HelloAsync()
    {
        using var listener = new ClientHelloListener(user: null);
        var seen = listener.NextAsync(Cancellation);
        await Command.RunAsync(
            "/usr/bin/setpriv",
            [
                $"--reuid={User}", "--regid=nogroup", "--clear-groups", "/usr/bin/env", "-i", $"HOME={Home}", "/usr/bin/ldapwhoami", "-x",
                "-H", $"ldaps://127.0.0.1:{listener.Port}",
            ]);
        return await seen.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
    }

    /// <summary>Who the server takes the user for, by the certificate that the user's programs present.</summary>
    public Task<CommandResult> WhoAmIAsync() => Command.RunAsync(
        "/usr/bin/setpriv",
        [
            $"--reuid={User}", "--regid=nogroup", "--clear-groups", "/usr/bin/env", "-i", $"HOME={Home}", "/usr/bin/ldapwhoami", "-Q",
            "-Y", "EXTERNAL", "-H", Server.Url,
        ]);

    public string Live(string file) => System.IO.Path.Combine(Path, "cluster/current", file);

    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        Parts.Dispose();
        directory.Dispose();
    }
}
