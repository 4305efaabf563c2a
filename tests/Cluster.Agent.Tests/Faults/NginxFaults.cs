using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers;
using Cluster.Agent.Tests.Drivers.Nginx;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Nginx;

namespace Cluster.Agent.Tests.Faults;

/// <summary>An nginx: its interface is seen with certificate and version of TLS.</summary>
internal sealed class NginxFaults : FaultHost
{
    private readonly NginxHost host;
    private readonly TestDirectory theirs;

    private NginxFaults(NginxHost host, TestDirectory theirs, SmallDisk? disk)
        : base(disk)
    {
        this.host = host;
        this.theirs = theirs;
    }

    public override Parts Parts => host.Parts;

    public override string ConfigDirectory => host.Nginx.ConfigDirectory;

    public override IReadOnlyList<string> LiveFiles => [Path.Combine(ConfigDirectory, "cluster/current/admin.pem")];

    public override string Item => "interfaces/admin";

    protected override string TheirFile => theirs["theirs.conf"];

    protected override string SyntaxFile => host.Nginx.ConfigFile;

    public static async Task<FaultHost> StartAsync(SmallDisk? disk)
    {
        var theirs = new TestDirectory("nginx-theirs");
        await File.WriteAllTextAsync(theirs["theirs.conf"], "# of the administrator\n");
        var options = new NginxOptions { ConfigDirectory = disk?.Make("etc"), Main = $"include {theirs["theirs.conf"]};" };
        return new NginxFaults(await NginxHost.StartAsync(options), theirs, disk);
    }

    public override IServiceDriver NewDriver() => host.NewDriver();

    public override ServicePart Part(PartCertificate certificate, bool isNew) => isNew
        ? InterfaceParts.Admin(certificate).WithHttps(TlsVersion.Tls13)
        : InterfaceParts.Admin(certificate).WithHttps(TlsVersion.Tls12, TlsVersion.Tls12);

    public override async Task<Sight> SeeAsync()
    {
        var (serial, protocol) = await HttpsProbe.SightAsync(host.Nginx.Port);
        return new Sight(serial, protocol);
    }

    public override Sight Sight(bool isNew) => new(SerialOf(isNew), isNew ? "Tls13" : "Tls12");

    public override async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        theirs.Dispose();
        await base.DisposeAsync();
    }

    protected override Task StopAsync() => host.Nginx.StopAsync();

    protected override Task StartAsync() => host.Nginx.StartAsync();

    protected override void BreakReload(Fault fault) =>
        ReloadFault.Make(host.Runner, fault, l => l.Contains(" -s reload ", StringComparison.Ordinal));

    protected override void MendReload() => ReloadFault.Mend(host.Runner);
}
