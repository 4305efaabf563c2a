using Cluster.Contracts.Certificates;
using Cluster.Pki.Certificates;

namespace Cluster.Manager.Features.Certificates;

/// <summary>Subjects as REST has them.</summary>
internal static class SubjectShapes
{
    /// <summary>Reads a subject; absent = empty.</summary>
    public static SubjectName Read(SubjectShape? shape) => shape is null ? new SubjectName() : new SubjectName
    {
        CommonName = shape.CommonName,
        Organization = shape.Organization,
        OrganizationalUnit = shape.OrganizationalUnit,
        Locality = shape.Locality,
        State = shape.State,
        Country = shape.Country,
    };
}
