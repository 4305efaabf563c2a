using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class PostfixContractTests : ManyItemsContract
{
    public override string DriverName => PostfixDriver.DriverName;

    private protected override async Task<IContractHost> StartAsync() =>
        new ContractHost(await PostfixHost.StartAsync(new PostfixOptions { Listeners = [IContractHost.First, IContractHost.Second] }));

    private sealed class ContractHost(PostfixHost host) : IContractHost
    {
        public Parts Parts => host.Parts;

        public string ConfigDirectory => host.Postfix.ConfigDirectory;

        public IServiceDriver NewDriver() => host.NewDriver();

        public ServicePart With(ServicePart part, string endpoint, PartCertificate certificate) =>
            part.WithListener(endpoint, PolicyTls.Required, certificate);

        public (ServicePart Part, string[] Refused) Spoil(ServicePart part, string endpoint) =>
            (
                part.With(endpoint, part.All<Listener>()[endpoint] with { AlternateCertificate = $"{endpoint}-cert" }),
                [$"listeners/{endpoint}"]);

        public void EditByHand()
        {
            var text = File.ReadAllText(host.MainCf);
            File.WriteAllText(host.MainCf, text.Replace("_level = encrypt", "_level = may", StringComparison.Ordinal));
        }

        public async Task<string> LeafAsync(string endpoint)
        {
            if (!await SmtpProbe.OffersStartTlsAsync(host.Postfix.Ports[endpoint])) return "";
            using var served = await SmtpProbe.ServedAsync(host.Postfix.Ports[endpoint]);
            return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(served.RawData));
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
