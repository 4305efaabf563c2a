using Cluster.Pki.Requests;

namespace Cluster.Pki.Findings.Requests;

/// <summary>One rule about signing requests.</summary>
internal interface IRequestRule
{
    /// <summary>Stable code of its findings.</summary>
    string Code { get; }

    /// <summary>Where the rule comes from.</summary>
    string Reference { get; }

    /// <summary>Judges one request.</summary>
    IEnumerable<CertificateFinding> Check(SigningRequestInfo request);
}
