using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Cluster.Testing;
using Cluster.Testing.Dns;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Dane;

/// <summary>
/// What DANE means, by real deliveries over a signed DNS. smtp(8) is locked into the queue, where its resolver is one of loopback: so no
/// other host is asked.
/// </summary>
public sealed class DaneDeliveryTests : IAsyncLifetime
{
    private const string Good = "good.test";
    private const string Bad = "bad.test";
    private const string None = "none.test";
    private const string BadFromUnsigned = "other.plain";
    private const string Open = "open.plain";
    private static readonly string[] Domains = [Good, Bad, None, BadFromUnsigned, Open];
    private readonly Parts parts = new();
    private SignedResolver resolver = null!;
    private MailSink sink = null!;
    private PostfixHost sender = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(SignedResolver.WhyNone.Length > 0, SignedResolver.WhyNone);
        sink = new MailSink(Pair(parts.Certificate("mx.test")));
        resolver = await SignedResolver.StartAsync(
            [
                $"{Good}. MX 10 mx.{Good}.", $"mx.{Good}. A 127.0.0.1",
                $"_{sink.Port}._tcp.mx.{Good}. TLSA 3 1 1 {Hash(sink.Certificate!)}",
                $"{Bad}. MX 10 mx.{Bad}.", $"mx.{Bad}. A 127.0.0.1", $"_{sink.Port}._tcp.mx.{Bad}. TLSA 3 1 1 {new string('0', 64)}",
                $"{None}. MX 10 mx.{None}.", $"mx.{None}. A 127.0.0.1",
            ],
            [$"{BadFromUnsigned}. MX 10 mx.{Bad}.", $"{Open}. MX 10 mx.{Open}.", $"mx.{Open}. A 127.0.0.1"]);
        sender = await PostfixHost.StoppedAsync(new PostfixOptions
        {
            Name = "from", Listeners = [], MainCf = ["smtp_dns_support_level = enabled", $"smtp_tcp_port = {sink.Port}"],
        });
        var master = await File.ReadAllTextAsync(sender.MasterCf, PostfixHost.Cancellation);
        await File.WriteAllTextAsync(
            sender.MasterCf,
            master.Replace("smtp unix - - n", "smtp unix - - y", StringComparison.Ordinal)
                .Replace("relay unix - - n", "relay unix - - y", StringComparison.Ordinal),
            PostfixHost.Cancellation);
        Directory.CreateDirectory(Path.GetDirectoryName(ResolverFile)!);
        await File.WriteAllTextAsync(ResolverFile, resolver.ResolverFile, PostfixHost.Cancellation);
        await sender.Postfix.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (sender is not null) await sender.DisposeAsync();
        if (resolver is not null) await resolver.DisposeAsync();
        if (sink is not null) await sink.DisposeAsync();
        parts.Dispose();
    }

    [Fact]
    public async Task Mail_goes_to_whoever_holds_the_published_key()
    {
        var before = await File.ReadAllTextAsync(sender.MainCf, PostfixHost.Cancellation);
        await IsDelivered("maybe", WithAll(DestinationTls.Preferred, DaneMode.Opportunistic), sent: [Good, None, Open]);
        (await sender.Postfix.LogLineAsync($"TLS connection established to mx.{Good}")).ShouldContain("Verified TLS");
        await IsDelivered("must", WithAll(DestinationTls.Required, DaneMode.Mandatory), sent: [Good]);

        (await sender.UnmanageAsync()).Failure.ShouldBeNull();
        (await File.ReadAllTextAsync(sender.MainCf, PostfixHost.Cancellation)).ShouldBe(before);
    }

    [Fact]
    public async Task A_resolver_that_does_not_validate_refuses_DANE_and_nothing_else()
    {
        await resolver.StopAsync();
        await resolver.StartAgainAsync(validates: false);
        var part = WithAll(DestinationTls.Required, DaneMode.Mandatory).WithDestination("usual.test", DestinationTls.Required);

        var applied = await sender.ApplyAsync(part);

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.Select(r => r.Name).ShouldBe(Domains, ignoreOrder: true);
        applied.Staged.Refused[0].Message.ShouldContain($"{resolver.Address} ({ResolverFile}) does not validate DNSSEC");
        (await sender.Postfix.PostconfAsync("-h", "smtp_dns_support_level")).Trim().ShouldBe("enabled");
    }

    [Fact]
    public async Task A_resolver_that_is_silent_holds_back_DANE_alone_until_it_answers()
    {
        var old = WithAll(DestinationTls.Required, DaneMode.Mandatory);
        (await sender.ApplyAsync(old)).Proof.ShouldNotBeNull();
        var part = old.WithDestination("usual.test", DestinationTls.Required).With(new OutboundSettings { Hostname = "new.example.test" });
        await resolver.StopAsync();

        var applied = await sender.ApplyAsync(part);

        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.Select(r => r.Name).ShouldBe(Domains, ignoreOrder: true);
        applied.Staged.Refused.ShouldAllBe(r => r.Code == ApplyCodes.LookupFailed && r.MayPass);
        applied.Staged.Refused[0].Message.ShouldContain($"none of the resolvers {resolver.Address} ({ResolverFile}) answers");
        (await sender.Postfix.PostconfAsync("-h", "smtp_helo_name")).Trim().ShouldBe("new.example.test");
        var generation = (await sender.Postfix.PostconfAsync("-h", "cluster_gen")).Trim();
        var rows = await File.ReadAllTextAsync(Path.Combine(generation, "tls_policy"), PostfixHost.Cancellation);
        rows.ShouldContain($"{Good} dane-only", customMessage: "what was applied of it stays");
        rows.ShouldContain("usual.test encrypt");

        await resolver.StartAgainAsync(validates: true);
        (await sender.ApplyAsync(part)).Staged.ShouldNotBeNull().Refused.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_resolver_that_ceases_to_validate_takes_the_proof_away()
    {
        var part = WithAll(DestinationTls.Required, DaneMode.Mandatory);
        (await sender.ApplyAsync(part)).Proof.ShouldNotBeNull();

        await resolver.StopAsync();
        var silent = await sender.Driver.ProveAsync(part, PostfixHost.Cancellation);
        silent.Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.LookupFailed);
        silent.Failure.Kind.ShouldBe(ApplyFailureKind.Transient);
        await resolver.StartAgainAsync(validates: false);

        var proof = await sender.Driver.ProveAsync(part, PostfixHost.Cancellation);
        proof.Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.RoutesChanged);
        proof.Failure.Message.ShouldContain("does not validate DNSSEC");
        var drift = await sender.Driver.ObserveAsync(PostfixHost.Cancellation);
        drift.ShouldContain(d => d.What.Contains("DNSSEC", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_file_of_resolvers_is_looked_at()
    {
        var before = (await sender.Driver.LocalFingerprintAsync(PostfixHost.Cancellation), await Watched());
        await File.AppendAllTextAsync(ResolverFile, "# other\n", PostfixHost.Cancellation);

        var after = (await sender.Driver.LocalFingerprintAsync(PostfixHost.Cancellation), await Watched());
        after.Item1.ShouldNotBe(before.Item1);
        after.Item2.ShouldNotBe(before.Item2);

        Task<string> Watched() => sender.Driver.WatchedFilesAsync(PostfixHost.Cancellation);
    }

    private string ResolverFile => Path.Combine(sender.Postfix.Root, "spool/etc/resolv.conf");

    private static ServicePart WithAll(DestinationTls tls, DaneMode dane) =>
        Domains.Aggregate(Parts.Empty, (part, domain) => part.With(domain, new DestinationControl { Tls = tls, Dane = dane }));

    private async Task IsDelivered(string user, ServicePart part, string[] sent)
    {
        var applied = await sender.ApplyAsync(part);
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.ShouldBeEmpty();
        applied.Proof!.Method.ShouldBe(VerificationMethod.Loaded);
        foreach (var domain in Domains) await sender.Postfix.SendAsync("a@from.example.test", $"{user}@{domain}");
        foreach (var domain in Domains)
        {
            var line = await sender.Postfix.LogLineAsync($"to=<{user}@{domain}>.*status=");
            line.ShouldContain(sent.Contains(domain) ? "status=sent" : "status=deferred", customMessage: line);
        }
    }

    private static string Hash(X509Certificate2 certificate) =>
        Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private X509Certificate2 Pair(PartCertificate certificate)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(certificate.Chain[0]));
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(parts.Find(certificate.PublicKeySha256), out _);
        using var pair = leaf.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
    }
}
