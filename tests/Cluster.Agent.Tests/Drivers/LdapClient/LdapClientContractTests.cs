using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.LdapClient;
using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.LdapClient;

/// <summary>The contract with a real server that demands the certificate, and an administrator's own lines in the same file.</summary>
[Trait("Category", "Full")]
public sealed class LdapClientContractTests : DriverContract
{
    public override string DriverName => LdapClientDriver.DriverName;

    private protected override async Task<IContractHost> StartAsync()
    {
        var service = await LdapService.StartAsync();
        await File.WriteAllTextAsync(service.RcFile, "BASE dc=lab\nTLS_CERT /nowhere\nTLS_REQCERT never");
        return new LdapHost(service);
    }

    private sealed class LdapHost(LdapService service) : IContractHost
    {
        public Parts Parts => service.Parts;

        public string ConfigDirectory => service.Path;

        public IServiceDriver NewDriver() => service.NewDriver();

        public ServicePart With(ServicePart part, string endpoint, PartCertificate certificate) =>
            service.With(part, $"{endpoint}-cert", certificate);

        public (ServicePart Part, string[] Refused) Spoil(ServicePart part, string endpoint)
        {
            var name = $"{endpoint}-cert";
            var broken = part.Certificates[name] with { Chain = ["AAAA"] };
            var certificates = new Dictionary<string, PartCertificate> { [name] = broken };
            return (part with { Certificates = certificates }, [$"certificates/{name}", "ldap/-"]);
        }

        public void EditByHand() => File.AppendAllText(service.RcFile, "TLS_KEY /tmp/other\n");

        public async Task<string> LeafAsync(string endpoint)
        {
            var lines = await File.ReadAllLinesAsync(service.RcFile);
            var line = lines.LastOrDefault(l => l.StartsWith("TLS_CERT /", StringComparison.Ordinal));
            var file = line?["TLS_CERT ".Length..];
            if (!File.Exists(file)) return "";
            var text = await File.ReadAllTextAsync(file);
            return CertificateInfo.TryReadPem(
                text.AsSpan(text.IndexOf("-----BEGIN CERTIFICATE", StringComparison.Ordinal)).ToString())!.Sha256;
        }

        public ValueTask DisposeAsync() => service.DisposeAsync();
    }
}
