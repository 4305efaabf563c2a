using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Client.Certificates;
using Cluster.Contracts.Certificates;
using Cluster.Contracts.Revisions;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Hosting;
using Cluster.Storage.Units;
using Cluster.Testing.Authorities;
using Microsoft.EntityFrameworkCore;
using Shouldly;
using Xunit;

namespace Cluster.Manager.Tests.Certificates;

/// <summary>A stored certificate never breaks the cluster, whatever stands in it.</summary>
public sealed class HostileCertificateTests(TestManager manager) : IClassFixture<TestManager>, IDisposable
{
    private readonly TestCa ca = new();

    private CertificatesClient Certificates => manager.Cluster.Certificates;

    [Fact]
    public async Task What_costs_more_than_any_peer_would_spend_is_imported_listed_and_validated_with_a_finding()
    {
        var (file, root) = TooManyNames();
        await manager.Cluster.Settings<TrustedAuthority>().PutAsync("strict", new TrustedAuthority { Certificates = root });
        var imported = (await Certificates.ImportFileAsync("costly", file)).Value;
        imported.Codes().ShouldContain("not-judged");
        await EverythingGoesOnAsync("costly");

        var inspected = await manager.Client.Inspect.InspectAsync(new CertificateImport { Data = Convert.ToBase64String(file) });
        inspected.Findings.Select(f => f.Code).ShouldContain("not-judged");
    }

    [Fact]
    public async Task One_that_cannot_be_read_any_more_is_listed_with_a_finding()
    {
        await Certificates.ImportFileAsync("broken", CertificateApi.Pkcs12(ca, "mx.example.org", "x"), "x");
        await manager.Get<ClusterDatabase>().WriteAsync(
            null,
            (db, ct) => db.CertificateVersions.Where(v => v.Name == "broken")
                .ExecuteUpdateAsync(s => s.SetProperty(v => v.Leaf, new byte[] { 0x30, 0x00 }), ct),
            CancellationToken.None);
        await manager.StopAsync();
        await manager.StartAgainAsync();
        (await Certificates.GetAsync("broken")).Value.Sha256.ShouldNotBeNull();
        await EverythingGoesOnAsync("broken");
    }

    public void Dispose() => ca.Dispose();

    private async Task EverythingGoesOnAsync(string name)
    {
        var other = $"beside-{name}";
        await Certificates.ImportFileAsync(other, CertificateApi.Pkcs12(ca, "mx.example.org", "x"), "x");
        (await Certificates.GetAsync(name)).Value.Codes().ShouldContain("not-judged");
        var listed = await Certificates.ListAsync().ToListAsync();
        listed.Single(c => c.Name == name).Codes().ShouldContain("not-judged");
        listed.Single(c => c.Name == other).Codes().ShouldBe(["untrusted-chain"]);
        var findings = await manager.Cluster.Findings.ListAsync().ToListAsync();
        findings.Single(f => f.Name == name && f.Code == "not-judged").Message
            .ShouldStartWith($"Certificate '{name}': It could not be judged");
        findings.ShouldContain(f => f.Name == other && f.Code == "untrusted-chain");

        var sets = manager.Cluster.ChangeSets;
        var set = (await sets.OpenAsync($"with-{name}")).Value.Id;
        await manager.Cluster.InChangeSet(set).Singleton<OutboundSettings>().PutAsync(new OutboundSettings { Certificate = name });
        (await sets.ValidateAsync(set)).Findings.ShouldContain(f => f.Name == name && f.Code == "not-judged");
        await sets.CommitAsync(set, new CommitRequest { Comment = name });
    }

    /// <summary>A leaf of 1,100 names below an authority that excludes 1,000; neither OpenSSL nor the platform finishes it.</summary>
    private static (byte[] File, string Root) TooManyNames()
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(80));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Strict", rootKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority.CertificateExtensions.Add(new X509Extension("2.5.29.30", Excluded(1_000), critical: true));
        using var root = authority.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var leaf = new CertificateRequest("CN=a0.example.org", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        for (var i = 0; i < 1_100; i++) names.AddDnsName($"a{i}.example.org");
        leaf.CertificateExtensions.Add(names.Build());
        using var signed = leaf.Create(root, from, to.AddDays(-1), [1, 2, 3, 4]);
        var pem = $"{signed.ExportCertificatePem()}\n{root.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        return (System.Text.Encoding.ASCII.GetBytes(pem), root.ExportCertificatePem() + "\n");
    }

    private static byte[] Excluded(int count)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1)))
        {
            var host = new Asn1Tag(TagClass.ContextSpecific, 2);
            for (var i = 0; i < count; i++)
            {
                using (writer.PushSequence())
                    writer.WriteCharacterString(UniversalTagNumber.IA5String, $"x{i}.example.net", host);
            }
        }

        return writer.Encode();
    }
}
