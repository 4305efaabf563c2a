using System.Net;
using Cluster.Contracts.Bundles;

namespace Cluster.Agent.Drivers.Postfix.Rendering;

/// <summary>What one listener shall be, in Postfix's words.</summary>
internal sealed record ListenerPlan
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Where it listens, by the host's own file.</summary>
    public required IPEndPoint EndPoint { get; init; }

    /// <summary>smtpd_tls_security_level: none, may or encrypt.</summary>
    public required string Level { get; init; }

    /// <summary>What is served; null with TLS off.</summary>
    public PartCertificate? Certificate { get; init; }

    /// <summary>Whether a client must show a certificate that leads to a trusted authority.</summary>
    public bool VerifiesClients { get; init; }

    /// <summary>Name in parameters and files.</summary>
    public string Key => PostfixNames.KeyOf(Name);

    /// <summary>Whether STARTTLS is offered.</summary>
    public bool OffersTls => Level != "none";

    /// <summary>Whether mail in clear text is refused.</summary>
    public bool RequiresTls => Level == "encrypt";
}
