using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Nginx;
using Cluster.Contracts.Bundles;
using Cluster.Testing.Nginx;

namespace Cluster.Agent.Tests.Drivers.Nginx;

public sealed class NginxContractTests : ManyItemsContract
{
    public override string DriverName => NginxDriver.DriverName;

    private protected override async Task<IContractHost> StartAsync() =>
        new NginxContractHost(await NginxHost.StartAsync(new NginxOptions { Interfaces = [IContractHost.First, IContractHost.Second] }));

    private sealed class NginxContractHost(NginxHost host) : IContractHost
    {
        public Parts Parts => host.Parts;

        public string ConfigDirectory => host.Nginx.ConfigDirectory;

        public IServiceDriver NewDriver() => host.NewDriver();

        public ServicePart With(ServicePart part, string endpoint, PartCertificate certificate) =>
            part.WithInterface(endpoint, certificate);

        public (ServicePart Part, string[] Refused) Spoil(ServicePart part, string endpoint)
        {
            var name = $"{endpoint}-cert";
            var broken = part.Certificates[name] with { Chain = ["AAAA"] };
            var certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [name] = broken };
            return (part with { Certificates = certificates }, [$"certificates/{name}", $"interfaces/{endpoint}"]);
        }

        public void EditByHand() => File.AppendAllText(
            Path.Combine(ConfigDirectory, "cluster/current", $"{IContractHost.First}.conf"), "ssl_protocols TLSv1.2;\n");

        public async Task<string> LeafAsync(string endpoint)
        {
            var leaf = await host.LeafAsync(endpoint);
            return leaf == host.Nginx.FallbackSha256 ? "" : leaf;
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();
    }
}
