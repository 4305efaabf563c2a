using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing.Fleets;
using Cluster.Testing.Postfix;

namespace Cluster.Agent.Tests.Faults;

/// <summary>A Postfix: its listener is seen with certificate and level.</summary>
internal sealed class PostfixFaults : FaultHost
{
    private readonly PostfixHost host;

    private PostfixFaults(PostfixHost host, SmallDisk? disk)
        : base(disk) => this.host = host;

    public override Parts Parts => host.Parts;

    public override string ConfigDirectory => host.Postfix.ConfigDirectory;

    public override IReadOnlyList<string> LiveFiles =>
        Directory.GetFiles(Path.Combine(ConfigDirectory, "cluster/gen"), "listener_*.pem", SearchOption.AllDirectories);

    public override string Item => "listeners/mx";

    protected override string TheirFile => host.MasterCf;

    protected override string SyntaxFile => host.MasterCf;

    public static async Task<FaultHost> StartAsync(SmallDisk? disk) => new PostfixFaults(
        await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx"], ConfigDirectory = disk?.Make("etc") }), disk);

    public override IServiceDriver NewDriver() => host.NewDriver();

    public override ServicePart Part(PartCertificate certificate, bool isNew) =>
        Parts.Mx(isNew ? PolicyTls.Required : PolicyTls.Preferred, certificate);

    public override async Task<Sight> SeeAsync()
    {
        var seen = await SmtpProbe.SightAsync(host.Postfix.Port);
        return new Sight(seen.Serial, seen.Level);
    }

    public override Sight Sight(bool isNew) => new(SerialOf(isNew), isNew ? "required" : "preferred");

    public override async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override Task StopAsync() => host.Postfix.StopAsync();

    protected override Task StartAsync() => host.Postfix.StartAsync();

    protected override void BreakReload(Fault fault) =>
        ReloadFault.Make(host.Runner, fault, l => l.EndsWith(" reload", StringComparison.Ordinal));

    protected override void MendReload() => ReloadFault.Mend(host.Runner);
}
