use futures::executor::block_on;
use serde_json::json;
use smbcrm_core::Crm;
use smbcrm_core::emails::{
    CreateEmailTemplate, EmailDesign, EmailEditor, EmailTemplateType, ListEmailTemplates, SaveEmailTemplate,
};

use crate::MemCrm;

#[test]
fn the_content_of_a_template_is_at_its_address_and_goes_with_it() {
    let crm = MemCrm::new();
    let emails = crm.emails();
    block_on(async {
        let template = CreateEmailTemplate::new(crm.location(), EmailTemplateType::Builder).title("Spring");
        let id = emails.create_template(template).await.unwrap();
        let mut design = EmailDesign::default();
        design.elements.push(json!({ "type": "heading" }));
        let save = |html: &str| {
            SaveEmailTemplate::new(crm.location(), &id, "USER", design.clone(), html, EmailEditor::Builder)
        };
        for html in ["<p>1</p>", "<p>2</p>"] {
            let saved = emails.save_template(save(html)).await.unwrap();
            let file = |url: &str| crm.admin().file(url.rsplit('/').next().unwrap()).unwrap();
            assert_eq!(file(saved.preview_url.as_deref().unwrap()).data, html);
            let blocks = file(saved.template_download_url.as_deref().unwrap());
            assert!(blocks.data.starts_with(br#"{"elements":[{"type":"heading"}]"#));
        }
        let listed = emails.list_templates(ListEmailTemplates::new(crm.location())).await.unwrap();
        let page = listed.templates[0].preview_url.clone().unwrap();
        emails.delete_template(crm.location(), &id).await.unwrap();
        assert!(crm.admin().file(page.rsplit('/').next().unwrap()).is_none());
    });
}
