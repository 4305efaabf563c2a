using System.Net;
using Cluster.Agent.Drivers.Postfix.Senders;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Verification.Proof;
using Cluster.Verification.Smtp;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>What one listener shall be, in Postfix's words.</summary>
internal sealed record ListenerPlan
{
    public required string Name { get; init; }

    /// <summary>Where it listens, by the host's own file.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>Its host name; empty = none is set.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>smtpd_tls_security_level: none, may or encrypt.</summary>
    public required string Level { get; init; }

    /// <summary>What is served; null with TLS off.</summary>
    public PartCertificate? Certificate { get; init; }

    /// <summary>Whether a client must show a certificate that leads to a trusted authority.</summary>
    public bool VerifiesClients { get; init; }

    /// <summary>What is asked of whom; null = the same of everybody, and the level says it.</summary>
    public SenderPlan? Senders { get; init; }

    /// <summary>Versions and ciphers of TLS; null = they are the administrator's, or TLS is off.</summary>
    public TlsProtocolBlock? Protocols { get; init; }

    /// <summary>Whether AUTH is offered under TLS only.</summary>
    public bool TlsForAuth { get; init; }

    /// <summary>Whether certificates of clients are verified at all, and so need authorities.</summary>
    public bool TrustsClients => VerifiesClients || Senders is { VerifiesSome: true };

    /// <summary>The parameter of main.cf that holds the level.</summary>
    public string LevelName => Senders is null ? PostfixNames.Level(Key) : PostfixNames.GroupLevel(Key);

    /// <summary>The second certificate, with another kind of key; null = none.</summary>
    public PartCertificate? Alternate { get; init; }

    /// <summary>What is served by server name instead, normalised, in the order of the listener.</summary>
    public IReadOnlyList<KeyValuePair<string, PartCertificate>> ByName { get; init; } = [];

    /// <summary>What is served to whoever asks for no name of <see cref="ByName"/>, as a probe compares it; none with TLS off.</summary>
    public IReadOnlyList<ExpectedCertificate> Certificates =>
        [.. new[] { Certificate, Alternate }.OfType<PartCertificate>().Select(ExpectedCertificate.Of)];

    /// <summary>
    /// What clients are served that ask for no name, for the listener's host name, and for each server name; where a map of names of the
    /// administrator's own may answer otherwise, also for each name of its certificates.
    /// </summary>
    public IReadOnlyList<ServedName> Names(bool ofCertificates) =>
    [
        .. Certificates.SelectMany(c => ofCertificates ? c.DnsNames : [])
            .Select(n => n.StartsWith("*.", StringComparison.Ordinal) ? "any" + n[1..] : n)
            .Prepend(Hostname)
            .Concat(ByName.Select(n => n.Key))
            .Where(n => n.Length > 0 && OffersTls)
            .Select(n => n.ToLowerInvariant())
            .Distinct(StringComparer.Ordinal)
            .Select(n => new ServedName(n, ServedFor(n)))
            .Prepend(new ServedName(null, Certificates)),
    ];

    private IReadOnlyList<ExpectedCertificate> ServedFor(string name) =>
        ByName.FirstOrDefault(n => n.Key == name).Value is { } own ? [ExpectedCertificate.Of(own)] : Certificates;

    /// <summary>What a probe expects beside the certificate, where the same is asked of everybody.</summary>
    /// <param name="implicitTls">Whether its entry in master.cf speaks TLS from the first byte on.</param>
    public SmtpExpectation Expectation(bool implicitTls) => new()
    {
        Level = Level switch
        {
            "none" => SmtpTlsLevel.Off,
            "may" => SmtpTlsLevel.Preferred,
            _ => SmtpTlsLevel.Required,
        },
        VerifiesClients = VerifiesClients,
        ImplicitTls = implicitTls,
    };

    /// <summary>What a client expects of whom something else may be asked than of others.</summary>
    /// <param name="implicitTls">Whether its entry in master.cf speaks TLS from the first byte on.</param>
    /// <param name="demand">What is asked of it.</param>
    public SmtpExpectation Expectation(bool implicitTls, SenderDemand demand) => Expectation(implicitTls) with
    {
        Level = demand.Tls switch
        {
            PolicyTls.Off => SmtpTlsLevel.Off,
            PolicyTls.Preferred => SmtpTlsLevel.Preferred,
            _ => SmtpTlsLevel.Required,
        },
        VerifiesClients = demand.Verifies,
        DecidesAtRecipient = Senders is { Restricts: true },
    };

    /// <summary>Name in parameters and files.</summary>
    public string Key => PostfixNames.KeyOf(Name);

    /// <summary>Whether STARTTLS is offered.</summary>
    public bool OffersTls => Level != "none";

    /// <summary>Whether mail in clear text is refused.</summary>
    public bool RequiresTls => Level == "encrypt";
}
