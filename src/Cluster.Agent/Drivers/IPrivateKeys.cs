namespace Cluster.Agent.Drivers;

/// <summary>The private keys that the current assignment names and that have arrived.</summary>
internal interface IPrivateKeys
{
    /// <summary>The key as PKCS#8 DER, checked against its hash; null when it is not here. The caller clears the array after use.</summary>
    /// <param name="publicKeySha256">Lower-case hex SHA-256 of the SubjectPublicKeyInfo.</param>
    byte[]? Find(string publicKeySha256);
}
