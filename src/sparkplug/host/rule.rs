//! The rules of the specification whose breach a host can see, one row each.

/// One row a rule: variant, assertion id without its prefix (empty where the specification has prose only), what is
/// wrong, in words.
macro_rules! rules {
    ($($variant:ident, $id:literal, $text:literal;)*) => {
        /// A rule that an edge, a device or another host broke.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Rule {
            $(#[doc = $text] $variant,)*
        }

        impl Rule {
            /// All, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What is wrong, in words.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

impl Rule {
    /// The id of the assertion in the specification, `tck-id-...`; none where the rule stands in its prose only.
    #[must_use]
    pub fn tck_id(self) -> Option<String> {
        let id = self.id();
        (!id.is_empty()).then(|| format!("tck-id-{id}"))
    }
}

rules! {
    TopicForm, "topic-structure", "a topic of the namespace that is none of Sparkplug B";
    TopicWithoutNode, "topic-structure-namespace-device-id-associated-message-types",
        "a device message without an edge node in its topic";
    IdsDifferInCase, "case-sensitivity-sparkplug-ids", "two ids that differ only in upper and lower case";
    NotDecodable, "", "a payload that is no Sparkplug B protobuf";
    Compressed, "", "a compressed payload: an extension that is not part of the specification";
    TooLarge, "", "more than this host keeps";

    NbirthRetained, "payloads-nbirth-retain", "a retained NBIRTH";
    DbirthRetained, "payloads-dbirth-retain", "a retained DBIRTH";
    NdataRetained, "payloads-ndata-retain", "a retained NDATA";
    DdataRetained, "payloads-ddata-retain", "a retained DDATA";
    NdeathRetained, "payloads-ndeath-will-message-retain", "a retained NDEATH";
    DdeathRetained, "payloads-ddeath-retain", "a retained DDEATH";
    NcmdRetained, "payloads-ncmd-retain", "a retained NCMD: it is carried out again at every reconnect";
    DcmdRetained, "payloads-dcmd-retain", "a retained DCMD: it is carried out again at every reconnect";

    NbirthTimestamp, "payloads-nbirth-timestamp", "an NBIRTH without timestamp";
    DbirthTimestamp, "payloads-dbirth-timestamp", "a DBIRTH without timestamp";
    NdataTimestamp, "payloads-ndata-timestamp", "an NDATA without timestamp";
    DdataTimestamp, "payloads-ddata-timestamp", "a DDATA without timestamp";
    DdeathTimestamp, "payloads-ddeath-timestamp", "a DDEATH without timestamp";
    NcmdTimestamp, "payloads-ncmd-timestamp", "an NCMD without timestamp";
    DcmdTimestamp, "payloads-dcmd-timestamp", "a DCMD without timestamp";

    NbirthSeq, "topics-nbirth-seq-num", "an NBIRTH whose seq is not 0";
    SeqMissing, "payloads-sequence-num-always-included", "a message without seq, or with one above 255";
    SeqGap, "payloads-sequence-num-incrementing", "a gap in seq that was not closed in time";
    SeqRepeated, "payloads-sequence-num-incrementing", "a seq that came before";
    NcmdSeq, "payloads-ncmd-seq", "an NCMD with seq";
    DcmdSeq, "payloads-dcmd-seq", "a DCMD with seq";

    NdeathSeq, "payloads-ndeath-seq", "an NDEATH with seq";
    NdeathBdSeq, "payloads-ndeath-bdseq", "an NDEATH without bdSeq";
    NdeathPayload, "topics-ndeath-payload", "an NDEATH with more than bdSeq";
    NdeathUnmatched, "", "an NDEATH with a bdSeq that no birth had yet";
    NbirthBdSeq, "topics-nbirth-bdseq-included", "an NBIRTH without bdSeq";
    NbirthBdSeqType, "message-flow-edge-node-birth-publish-nbirth-payload-bdSeq",
        "a bdSeq in NBIRTH that is no Int64 from 0 to 255";
    NdeathBdSeqType, "message-flow-edge-node-birth-publish-will-message-payload-bdSeq",
        "a bdSeq in NDEATH that is no Int64 from 0 to 255";
    BdSeqKept, "topics-nbirth-bdseq-increment", "a new session with the bdSeq of the one that died";

    RebirthMissing, "operational-behavior-data-commands-rebirth-name", "an NBIRTH without Node Control/Rebirth";
    RebirthType, "operational-behavior-data-commands-rebirth-datatype", "a Node Control/Rebirth that is no Boolean";
    RebirthValue, "operational-behavior-data-commands-rebirth-value", "a Node Control/Rebirth that is not false";
    RebirthAlias, "operational-behavior-data-commands-rebirth-name-aliases", "a Node Control/Rebirth with an alias";

    DbirthBeforeNbirth, "payloads-dbirth-order", "a DBIRTH before the NBIRTH of its edge node";
    NdataBeforeBirth, "payloads-ndata-order", "an NDATA before NBIRTH";
    DdataBeforeBirth, "payloads-ddata-order", "a DDATA before the births";
    DdeathUnborn, "", "a DDEATH of a device that was not born";

    NameMissing, "payloads-name-requirement", "a metric without name and without alias";
    BirthNameMissing, "payloads-alias-birth-requirement", "a metric in a birth with an alias and no name";
    NameBesideAlias, "payloads-alias-data-cmd-requirement", "a metric in data or a command with both alias and name";
    NameWhereAlias, "payloads-alias-data-cmd-requirement", "a metric in data by name that has an alias";
    NameTwice, "", "a metric name twice in one birth";
    NamesDifferInCase, "case-sensitivity-metric-names", "two metric names that differ only in upper and lower case";
    AliasTwice, "payloads-alias-uniqueness", "an alias for two metrics of one edge node";
    MetricTimestamp, "payloads-name-birth-data-requirement", "a metric in a birth or in data without timestamp";
    NodeOrder, "operational-behavior-data-publish-nbirth-order", "metrics in NBIRTH or NDATA out of time order";
    DeviceOrder, "operational-behavior-data-publish-dbirth-order", "metrics in DBIRTH or DDATA out of time order";
    DatatypeMissing, "payloads-metric-datatype-req", "a metric in a birth without datatype";
    DatatypeUnknown, "payloads-metric-datatype-value", "a datatype that the specification does not list";
    DatatypeInData, "payloads-metric-datatype-not-req", "a datatype in data, where it should not be";
    DatatypeChanged, "", "data with another datatype than the birth";
    ValueMisfits, "", "a value that is not of the metric's datatype";
    NbirthValue, "operational-behavior-data-publish-nbirth-values", "a metric in NBIRTH with neither value nor null flag";
    DbirthValue, "operational-behavior-data-publish-dbirth-values", "a metric in DBIRTH with neither value nor null flag";
    NodeMetricUnknown, "operational-behavior-data-publish-nbirth", "a metric in NDATA that was not in NBIRTH";
    DeviceMetricUnknown, "operational-behavior-data-publish-dbirth", "a metric in DDATA that was not in DBIRTH";

    PropertyCount, "payloads-propertyset-keys-array-size", "a property set with more keys than values, or fewer";
    PropertyType, "payloads-metric-propertyvalue-type-req", "a property in a birth without type";
    PropertyTypeValue, "payloads-metric-propertyvalue-type-value", "a property type that is not allowed there";
    QualityType, "payloads-propertyset-quality-value-type", "a Quality that is no Int32";
    QualityValue, "payloads-propertyset-quality-value-value", "a Quality that is not 0, 192 or 500";

    DataSetColumns, "payloads-dataset-column-num-headers", "a data set whose number of columns is not that of their names";
    DataSetTypes, "payloads-dataset-types-num", "a data set with more or fewer types than columns";
    DataSetTypeValue, "payloads-dataset-types-value", "a data set with a column type that is not basic";
    DataSetRow, "", "a data set row with more or fewer cells than columns";

    TemplateFlag, "payloads-template-is-definition", "a template that does not say whether it is a definition";
    DefinitionPlace, "payloads-template-definition-nbirth-only", "a template definition outside NBIRTH";
    DefinitionRef, "payloads-template-ref-definition", "a template definition that refers to another";
    InstanceRef, "payloads-template-ref-instance", "a template instance that refers to no definition";
    InstanceUndefined, "payloads-template-definition-nbirth", "an instance of a template that NBIRTH does not define";
    InstanceMembers, "payloads-template-instance-members", "a template instance with a member that its definition lacks";
    InstanceMembersBirth, "payloads-template-instance-members-birth",
        "a template instance in a birth without all members of its definition";
    InstanceParameters, "payloads-template-instance-parameters",
        "a template instance with a parameter that its definition lacks";
    ParameterName, "payloads-template-parameter-name-required", "a template parameter without name";
    ParameterType, "payloads-template-parameter-type-req", "a parameter of a template definition without type";

    StatePayload, "host-topic-phid-birth-payload", "a STATE that is no JSON with online and timestamp";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_written_as_the_specification_has_them() {
        assert_eq!(Rule::NbirthSeq.tck_id().as_deref(), Some("tck-id-topics-nbirth-seq-num"));
        assert_eq!(Rule::NotDecodable.tck_id(), None);
        let texts: BTreeSet<&str> = Rule::ALL.iter().map(|r| r.text()).collect();
        assert_eq!(texts.len(), Rule::ALL.len(), "two rules with the same words");
    }
}
