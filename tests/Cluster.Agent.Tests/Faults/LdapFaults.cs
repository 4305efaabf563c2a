using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers;
using Cluster.Agent.Tests.Drivers.LdapClient;
using Cluster.Contracts.Bundles;
using Cluster.Testing.Fleets;

namespace Cluster.Agent.Tests.Faults;

/// <summary>A user of LDAP: the server says for whom it takes the user, by the certificate that is presented.</summary>
internal sealed class LdapFaults : FaultHost
{
    private readonly LdapService service;

    private LdapFaults(LdapService service, SmallDisk? disk)
        : base(disk) => this.service = service;

    public override Parts Parts => service.Parts;

    public override string ConfigDirectory => service.Path;

    public override IReadOnlyList<string> LiveFiles => [service.Live($"ldap-{LdapService.User}.pem")];

    public override string Item => "ldap/-";

    protected override string TheirFile => service.Home;

    public static async Task<FaultHost> StartAsync(SmallDisk? disk) =>
        new LdapFaults(await LdapService.StartAsync(path: disk?.Make("ldap")), disk);

    public override IServiceDriver NewDriver() => service.NewDriver();

    public override ServicePart Part(PartCertificate certificate, bool isNew) =>
        service.With(LdapService.Nothing, "ldap-cert", certificate);

    public override async Task<Sight> SeeAsync()
    {
        var result = await service.WhoAmIAsync();
        foreach (var isNew in new[] { false, true })
        {
            if (result.ExitCode == 0 && result.Output.Contains($"cn={(isNew ? "new" : "old")}.example.test", StringComparison.Ordinal))
                return Sight(isNew);
        }

        return result.ExitCode == 0 ? new Sight(result.Output, "") : Faults.Sight.Nothing;
    }

    public override Sight Sight(bool isNew) => new(SerialOf(isNew), "");

    public override async Task BreakAsync(Fault fault)
    {
        if (fault == Fault.TheirFileGone) Directory.Move(TheirFile, TheirFile + ".gone");
        else await base.BreakAsync(fault);
    }

    public override async Task MendAsync(Fault fault)
    {
        if (fault == Fault.TheirFileGone) Directory.Move(TheirFile + ".gone", TheirFile);
        else await base.MendAsync(fault);
    }

    public override async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override PartCertificate Certificate(string state) => Parts.Certificate($"{state}.example.test");

    protected override Task StopAsync() => service.Server.StopAsync();

    protected override Task StartAsync() => service.Server.StartAsync();
}
