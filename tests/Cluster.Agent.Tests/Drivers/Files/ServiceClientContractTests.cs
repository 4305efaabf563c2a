using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Files;
using Cluster.Contracts.Bundles;
using Cluster.Pki.Containers;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>The contract with service clients: a PKCS#12, a mode of its own, and a program that is told.</summary>
[Trait("Category", "Full")]
public sealed class ServiceClientContractTests : ManyItemsContract
{
    public override string DriverName => FilesDriver.DriverName;

    private protected override Task<IContractHost> StartAsync() => Task.FromResult<IContractHost>(new ClientHost());

    private sealed class ClientHost : IContractHost
    {
        private const string Password = "pässword";

        private readonly FilesService service = new()
        {
            Options = """
                "outputs": [
                  {"client":"mx","format":"pkcs12","passwordFile":"{0}/password","mode":"0640","profile":"legacy"},
                  {"client":"mx","format":"pem-split","file":"mx-split"}],
                "reloadCommand": ["/usr/bin/true"], "checkCommand": ["/usr/bin/test", "-d", "{directory}"]
                """,
        };

        public ClientHost() => service.Write("password", Password + "\n");

        public Parts Parts => service.Parts;

        public string ConfigDirectory => service.Path;

        public IServiceDriver NewDriver() => service.NewDriver();

        public ServicePart With(ServicePart part, string endpoint, PartCertificate certificate) =>
            FilesService.With(part, endpoint, certificate);

        public (ServicePart Part, string[] Refused) Spoil(ServicePart part, string endpoint)
        {
            var name = $"{endpoint}-cert";
            var broken = part.Certificates[name] with { Chain = ["AAAA"] };
            var certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [name] = broken };
            return (part with { Certificates = certificates }, [$"certificates/{name}", $"service-clients/{endpoint}"]);
        }

        public void EditByHand() =>
            File.SetUnixFileMode(service.Live("mx.p12"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        public async Task<string> LeafAsync(string endpoint)
        {
            var file = service.Live(endpoint == IContractHost.First ? "mx.p12" : $"{endpoint}.pem");
            if (!File.Exists(file)) return "";
            using var read = CertificateReader.Read(await File.ReadAllBytesAsync(file), Password);
            return read.Certificates[0].Sha256;
        }

        public ValueTask DisposeAsync()
        {
            service.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
