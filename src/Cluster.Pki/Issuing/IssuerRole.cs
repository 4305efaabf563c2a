namespace Cluster.Pki.Issuing;

/// <summary>What an issuer of the control CA is for.</summary>
public enum IssuerRole
{
    /// <summary>Identities of machines.</summary>
    Agents,

    /// <summary>Server certificates of managers.</summary>
    Servers,

    /// <summary>Certificates that sign assignments.</summary>
    Signer,
}
