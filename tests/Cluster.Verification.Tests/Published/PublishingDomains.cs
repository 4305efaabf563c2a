using Cluster.Testing;
using Cluster.Testing.Dns;
using Cluster.Testing.Nginx;
using Cluster.Verification.Published;
using Xunit;

namespace Cluster.Verification.Tests.Published;

/// <summary>A signed DNS and a real web server, with domains that publish all that can be published, rightly and wrongly.</summary>
public sealed class PublishingDomains : IAsyncLifetime
{
    private const string Key = "3 1 1 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static readonly string[] Policies =
    [
        "enforce", "testing", "none", "expired", "named", "moved", "gone", "html", "long", "broken", "old", "twice", "brief",
    ];

    /// <summary>The resolver.</summary>
    public SignedResolver Resolver { get; private set; } = null!;

    /// <summary>The web server of the policies.</summary>
    public PolicyServer Server { get; private set; } = null!;

    /// <summary>Why there is none here; empty = there is.</summary>
    public static string WhyNone => SignedResolver.WhyNone.Length > 0 ? SignedResolver.WhyNone : NginxInstance.WhyNot;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (WhyNone.Length > 0) return;
        Resolver = await SignedResolver.StartAsync(
            [
                "keys.test. MX 10 mx1.keys.test.", "keys.test. MX 20 mx2.keys.test.",
                $"_25._tcp.mx1.keys.test. TLSA {Key}", $"_25._tcp.mx2.keys.test. TLSA {Key}",
                "some.test. MX 10 mx1.some.test.", "some.test. MX 20 mx2.some.test.", $"_25._tcp.mx2.some.test. TLSA {Key}",
                "host.test. A 192.0.2.1", $"_25._tcp.host.test. TLSA {Key}",
                "pkix.test. MX 10 mx.pkix.test.", $"_25._tcp.mx.pkix.test. TLSA 1 1 1 {Key[6..]}",
                "short.test. MX 10 mx.short.test.", "_25._tcp.mx.short.test. TLSA 3 1 1 0011",
                "null.test. MX 0 .", "half.test. MX 10 mx.half.plain.",
                .. Policies.SelectMany(p => new[] { $"_mta-sts.{p}.test. TXT \"v=STSv1; id=1;\"", $"mta-sts.{p}.test. A 127.0.0.1" }),
                "_mta-sts.twice.test. TXT \"v=STSv1; id=2;\"",
                "mta-sts.silent.test. A 127.0.0.1",
            ],
            [
                "open.plain. MX 10 mx1.keys.test.", "own.plain. MX 10 mx.own.plain.",
                $"_25._tcp.mx.own.plain. TLSA {Key}", $"_25._tcp.mx.half.plain. TLSA {Key}",
            ]);
        Server = await PolicyServer.StartAsync(
            ServedPolicy.Of("enforce.test", "enforce"),
            ServedPolicy.Of("silent.test", "enforce"),
            ServedPolicy.Of("twice.test", "enforce"),
            ServedPolicy.Of("brief.test", "enforce", maxAge: 1),
            ServedPolicy.Of("testing.test", "testing"),
            ServedPolicy.Of("none.test", "none"),
            ServedPolicy.Of("expired.test", "enforce") with { IsExpired = true },
            ServedPolicy.Of("named.test", "enforce") with { CertificateName = "www.named.test" },
            ServedPolicy.Of("moved.test", "enforce") with { Answer = "return 301 /elsewhere;" },
            ServedPolicy.Of("gone.test", "enforce") with { Answer = "return 404;" },
            ServedPolicy.Of("html.test", "enforce") with { MediaType = "text/html" },
            ServedPolicy.Of("broken.test", "sometimes"),
            new ServedPolicy("long.test", ServedPolicy.Of("long.test", "enforce").Text + new string('x', MtaStsPolicy.MostBytes)));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        if (Resolver is not null) await Resolver.DisposeAsync();
    }
}
