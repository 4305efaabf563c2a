using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Files;
using Cluster.Agent.Tests.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;
using Cluster.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cluster.Agent.Tests.Drivers.Files;

public sealed class FilesContractTests : ManyItemsContract
{
    public override string DriverName => FilesDriver.DriverName;

    private protected override Task<IContractHost> StartAsync() => Task.FromResult<IContractHost>(new FilesHost());

    private sealed class FilesHost : IContractHost
    {
        private readonly TestDirectory directory = new("files-contract");

        public Parts Parts { get; } = new();

        public string ConfigDirectory => directory.Path;

        private string Live => Path.Combine(directory.Path, "cluster/current");

        public IServiceDriver NewDriver() => new FilesDriver(
            new DriverContext(
                Service,
                directory.Path,
                TimeProvider.System,
                NullLogger.Instance), new FilesDriverOptions { ConfigDirectory = directory.Path });

        public ServicePart With(ServicePart part, string endpoint, PartCertificate certificate) =>
            part.WithListener(endpoint, PolicyTls.Required, certificate);

        public (ServicePart Part, string[] Refused) Spoil(ServicePart part, string endpoint)
        {
            var name = $"{endpoint}-cert";
            var broken = part.Certificates[name] with { Chain = ["AAAA"] };
            var certificates = new Dictionary<string, PartCertificate>(part.Certificates) { [name] = broken };
            return (part with { Certificates = certificates }, [$"certificates/{name}", $"listeners/{endpoint}"]);
        }

        public void EditByHand() => File.WriteAllText(Path.Combine(Live, $"{IContractHost.First}-cert.pem"), "theirs");

        public async Task<string> LeafAsync(string endpoint)
        {
            var file = Path.Combine(Live, $"{endpoint}-cert.pem");
            if (!File.Exists(file)) return "";
            var text = await File.ReadAllTextAsync(file);
            return CertificateInfo.TryReadPem(
                text.AsSpan(text.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal)).ToString())!.Sha256;
        }

        public ValueTask DisposeAsync()
        {
            Parts.Dispose();
            directory.Dispose();
            return ValueTask.CompletedTask;
        }

        private static LocalService Service => new()
        {
            Name = "web",
            Driver = FilesDriver.DriverName,
            Endpoints = [Endpoint(IContractHost.First, 25), Endpoint(IContractHost.Second, 587)],
        };

        private static LocalEndpoint Endpoint(string name, int port) =>
            new() { Kind = Listener.Kind, Name = name, Address = "127.0.0.1", Port = port };
    }
}
